/**
 * `usage`: the command line or the config file is wrong; `unreachable`: nobody answers, or access is denied; `nothing
 * found`: what was asked for is not there; `failed`: anything else.
 */
export type Failure = 'usage' | 'unreachable' | 'nothing found' | 'failed';

/**
 * The base class of every error that is shown to the user unchanged: a message that says what failed, where
 * and why (lower case, no full stop, no secret), and a hint that says what to do.
 *
 * Anything thrown that is not a PluginError is a defect of this program and is reported as such.
 */
export class PluginError extends Error {
  readonly hint: string | undefined;

  /** What kind of failure it is, for commands whose exit code tells that. */
  get failure(): Failure {
    return 'failed';
  }

  constructor(message: string, options: { hint?: string | undefined; cause?: unknown } = {}) {
    super(message, options.cause === undefined ? undefined : { cause: options.cause });
    this.name = new.target.name;
    this.hint = options.hint;
  }
}

/** The command line is wrong: unknown command or option, wrong number of arguments, a malformed argument. */
export class UsageError extends PluginError {
  override get failure(): Failure {
    return 'usage';
  }
}

/** What was asked for is not in the bucket. */
export class NotFoundError extends PluginError {
  override get failure(): Failure {
    return 'nothing found';
  }
}

/** The text of any thrown value, for messages and the log, without what its URLs may hide. */
export function reasonOf(thrown: unknown): string {
  if (!(thrown instanceof Error)) return withoutUrlSecrets(String(thrown));
  return withoutUrlSecrets(thrown.message === '' ? thrown.name : thrown.message);
}

/**
 * The text with every URL in it cut to scheme, host, port and path: user, password, query and fragment may be secret.
 * A key may contain any sign, so `s3://bucket/key` stays.
 */
export function withoutUrlSecrets(text: string): string {
  return text.replace(
    /\b((?!s3:)[a-z][a-z0-9+.-]*:\/\/)([^\s"'<>]+)/gi,
    (_, scheme: string, rest: string) => {
      const [place = ''] = rest.split(/[?#]/, 1);
      // The last `@` ends the user: a password may contain one, and a slash as well.
      return `${scheme}${place.slice(place.lastIndexOf('@') + 1)}${place === rest ? '' : '…'}`;
    },
  );
}

/** The `code` of a system or runtime error (ECONNRESET, ENOSPC …), or undefined. */
export function codeOf(thrown: unknown): string | undefined {
  if (typeof thrown !== 'object' || thrown === null || !('code' in thrown)) return undefined;
  return typeof thrown.code === 'string' ? thrown.code : undefined;
}
