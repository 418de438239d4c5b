import { defineOptions } from './definition.ts';

/** Where secrets are that are not written in the config file as they are. */
export const SECRETS = defineOptions({
  password_encryption: {
    kind: 'on/off',
    fallback: 'off',
    origin: 'gpbackup',
    summary: 'Read by gpbackup, which then adds `gpbackup_s3_plugin`. It does not encrypt S3 keys.',
  },
  gpbackup_s3_plugin: {
    kind: 'secret',
    origin: 'gpbackup',
    summary: 'Added by gpbackup when `password_encryption` is on. Not used.',
  },
  upload_secrets: {
    kind: 'on/off',
    fallback: 'off',
    origin: 'new',
    summary:
      'gpbackup stores a copy of this file in the bucket. `off`: secrets in that copy are replaced; `on`: it is uploaded unchanged.',
  },
  aws_access_key_id_file: {
    kind: 'text',
    origin: 'new',
    summary: 'A file whose first line is the access key id.',
  },
  aws_secret_access_key_file: {
    kind: 'text',
    origin: 'new',
    summary: 'A file whose first line is the secret key.',
  },
  aws_secret_access_key_command: {
    kind: 'command',
    origin: 'new',
    summary: 'A command whose first line of output is the secret key. It is started without a shell.',
  },
  aws_session_token_file: {
    kind: 'text',
    origin: 'new',
    summary: 'A file whose first line is the session token.',
  },
  http_proxy_password_file: {
    kind: 'text',
    origin: 'new',
    summary: 'A file whose first line is the password of the user in `http_proxy`.',
  },
});
