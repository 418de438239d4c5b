import type { SignInConfig, StaticKeys } from './config.ts';
import type { OptionValues } from './option-values.ts';
import type { OptionName } from './options.ts';

/** The options with which the keys of the file, if there are any, are not all. */
const MORE: readonly OptionName[] = [
  'role_arn',
  'role_external_id',
  'role_session_name',
  'sts_endpoint',
  'web_identity_token_file',
  'credential_process',
  'aws_profile',
];
/** What is in force unless the file says otherwise: milliseconds. */
const HOUR = 3_600_000;

/**
 * Where the keys come from; a problem is added for options that contradict each other, a warning for those that are set
 * and not used.
 */
export async function readSignIn(
  read: Partial<OptionValues>,
  problems: string[],
  warnings: string[],
): Promise<SignInConfig> {
  const keys = readKeys(read, problems);
  const { credential_source: source = 'auto', role_session_duration: duration = HOUR } = read;
  const isAll = source === 'auto' && duration === HOUR && MORE.every((name) => read[name] === undefined);
  if (keys !== undefined && isAll) return { from: 'file', ...keys };
  const { readHostSignIn } = await import('./host-sign-in.ts');
  return readHostSignIn(read, keys, problems, warnings);
}

function readKeys(read: Partial<OptionValues>, problems: string[]): StaticKeys | undefined {
  const { aws_access_key_id: id, aws_secret_access_key: secret, aws_session_token: token } = read;
  const visible = /^[\x21-\x7e]+$/;
  for (const [name, text] of [
    ['aws_access_key_id', id],
    ['aws_session_token', token?.reveal()],
  ] as const) {
    // Both travel in headers. The secret key itself does not: a wrong one is the server's to refuse.
    if (text !== undefined && !visible.test(text)) {
      problems.push(`option "${name}" must be ASCII letters, digits and punctuation, without spaces`);
    }
  }
  if (id !== undefined && secret !== undefined) {
    return { accessKeyId: id, secretAccessKey: secret, sessionToken: token };
  }
  if (id !== undefined || secret !== undefined) {
    problems.push(
      '"aws_access_key_id" and "aws_secret_access_key" go together: set both, or neither to use the AWS credential chain',
    );
  } else if (token !== undefined) {
    problems.push('"aws_session_token" needs "aws_access_key_id" and "aws_secret_access_key"');
  }
  return undefined;
}
