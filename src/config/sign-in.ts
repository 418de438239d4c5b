import { readUrl } from './addresses.ts';
import type { SignInConfig, StaticKeys } from './config.ts';
import type { OptionValues } from './option-values.ts';
import { PATTERNS } from './patterns.ts';

/** Where the keys come from; a problem is added for options that contradict each other. */
export function readSignIn(read: Partial<OptionValues>, problems: string[]): SignInConfig {
  const keys = readKeys(read, problems);
  const { role_arn: arn, credential_source: source = 'auto' } = read;
  if (keys !== undefined && arn === undefined && (source === 'auto' || source === 'keys')) {
    return { from: 'file', ...keys };
  }
  return {
    from: 'host',
    source,
    keys,
    profile: {
      name: read.aws_profile,
      credentialsFile: read.aws_shared_credentials_file,
      configFile: read.aws_config_file,
    },
    role:
      arn === undefined
        ? undefined
        : {
            arn,
            externalId: read.role_external_id,
            sessionName: read.role_session_name,
            duration: read.role_session_duration ?? 3_600_000,
          },
    stsEndpoint: readUrl('sts_endpoint', read.sts_endpoint, PATTERNS.url, problems),
    webIdentityTokenFile: read.web_identity_token_file,
    process: read.credential_process,
    cache: read.credential_cache ?? true,
  };
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
