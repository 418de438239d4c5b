import { PATTERNS } from '../patterns.ts';
import { defineOptions } from './definition.ts';

/** Whose keys sign the requests. */
export const SIGN_IN = defineOptions({
  aws_access_key_id: {
    kind: 'text',
    origin: 'family',
    summary: 'The access key id. Without keys the plugin uses the AWS credential chain.',
  },
  aws_secret_access_key: {
    kind: 'secret',
    origin: 'family',
    summary: 'The secret key that belongs to the access key id.',
  },
  aws_session_token: {
    kind: 'secret',
    origin: 'new',
    summary: 'The session token of temporary keys.',
  },
  credential_source: {
    kind: 'choice',
    choices: [
      'auto',
      'keys',
      'environment',
      'profile',
      'role',
      'web_identity',
      'process',
      'container',
      'instance',
    ],
    fallback: 'auto',
    origin: 'new',
    summary:
      'Where the keys come from. `auto`: from this file, otherwise from the first source in the order of AWS that is set up. `role`: the same, and `role_arn` is a must. Any other value: from this source only, and its failure names it.',
  },
  aws_profile: {
    kind: 'text',
    origin: 'new',
    summary:
      'The profile to use from the shared AWS files: with keys, a role or a credential_process. Default: AWS_PROFILE of the environment, otherwise `default`.',
  },
  aws_shared_credentials_file: {
    kind: 'text',
    origin: 'new',
    summary:
      'The path of the shared credentials file. Default: AWS_SHARED_CREDENTIALS_FILE of the environment, otherwise `~/.aws/credentials`.',
  },
  aws_config_file: {
    kind: 'text',
    origin: 'new',
    summary:
      'The path of the shared config file. Default: AWS_CONFIG_FILE of the environment, otherwise `~/.aws/config`.',
  },
  role_arn: {
    kind: 'text',
    pattern: PATTERNS.roleArn,
    origin: 'new',
    summary:
      'The IAM role to assume with the keys of the source, whatever it is: `arn:aws:iam::123456789012:role/backup`.',
  },
  role_external_id: {
    kind: 'text',
    pattern: PATTERNS.externalId,
    origin: 'new',
    summary: 'The external id that the trust policy of the role demands.',
  },
  role_session_name: {
    kind: 'text',
    pattern: PATTERNS.sessionName,
    origin: 'new',
    summary: 'The name of the session in the logs of AWS. Default: `gpbackup-HOST`.',
  },
  role_session_duration: {
    kind: 'duration',
    minimum: 900_000,
    maximum: 12 * 3_600_000,
    fallback: '1h',
    origin: 'new',
    summary: 'How long the keys of the role are valid before they are renewed.',
  },
  sts_endpoint: {
    kind: 'url',
    pattern: PATTERNS.endpoint,
    origin: 'new',
    summary:
      'The address of the Security Token Service. Default: the one of AWS in the region; MinIO and Ceph answer at their own address.',
  },
  web_identity_token_file: {
    kind: 'text',
    origin: 'new',
    summary:
      'A file with an OIDC token, which is exchanged for the keys of `role_arn`. It is read again at each renewal. Default: AWS_WEB_IDENTITY_TOKEN_FILE of the environment.',
  },
  credential_process: {
    kind: 'command',
    origin: 'new',
    summary:
      'A command that prints keys as JSON (Version 1), as AWS defines it. It is started without a shell; quotes and backslashes are those of a shell.',
  },
  credential_cache: {
    kind: 'on/off',
    fallback: 'on',
    origin: 'new',
    summary:
      'Share temporary keys among all processes of a user on one host, in a private file, instead of requesting them for each.',
  },
});
