import type { Config } from '../../../src/config/config.ts';
import { normaliseOutside } from '../../../src/config/outside/normalise-outside.ts';
import { raw } from '../sample.ts';

type Options = Readonly<Record<string, string | undefined>>;

interface Told {
  readonly problems: readonly string[];
  readonly hint?: string | undefined;
}

async function outcome(options: Options, environment: Options, signal?: AbortSignal): Promise<Config | Told> {
  const host = { environment, signal: signal ?? new AbortController().signal };
  const normalised = await normaliseOutside(raw(options), host);
  return 'config' in normalised ? normalised.config : normalised;
}

/** The config of the fewest options and these. */
export async function loaded(
  options: Options,
  environment: Options = {},
  signal?: AbortSignal,
): Promise<Config> {
  const result = await outcome(options, environment, signal);
  if ('problems' in result) throw new Error(result.problems.join('\n'));
  return result;
}

/** What is wrong with the same. */
export async function told(options: Options, environment: Options = {}): Promise<Told> {
  const result = await outcome(options, environment);
  return 'problems' in result ? result : { problems: [] };
}

/** The keys that the file gives, as they are used. */
export async function keysOf(options: Options, environment: Options = {}): Promise<readonly unknown[]> {
  const { signIn } = (await loaded(options, environment)).connection;
  if (signIn.from !== 'file') return [];
  return [signIn.accessKeyId, signIn.secretAccessKey.reveal(), signIn.sessionToken?.reveal()];
}
