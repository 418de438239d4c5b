import { defineOptions } from './definition.ts';

/** Where secrets are that are not written in the config file as they are. */
export const SECRETS = defineOptions({
  password_encryption: {
    kind: 'on/off',
    fallback: 'off',
    origin: 'gpbackup',
    summary:
      'Secrets in this file are encrypted with OpenPGP, as `encrypt_secret` and pgcrypto write them in hexadecimal. Must be exactly `on` for gpbackup.',
  },
  gpbackup_s3_plugin: {
    kind: 'secret',
    origin: 'gpbackup',
    summary:
      'The key that decrypts them: added by gpbackup when `password_encryption` is on, from the file `.encrypt`.',
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
    summary: 'A file whose first line is the access key id, in place of `aws_access_key_id`.',
  },
  aws_secret_access_key_file: {
    kind: 'text',
    origin: 'new',
    summary: 'A file whose first line is the secret key, in place of `aws_secret_access_key`.',
  },
  aws_secret_access_key_command: {
    kind: 'command',
    origin: 'new',
    summary:
      'A command whose first line of output is the secret key. Every process of the plugin starts it, without a shell.',
  },
  aws_session_token_file: {
    kind: 'text',
    origin: 'new',
    summary: 'A file whose first line is the session token, in place of `aws_session_token`.',
  },
  http_proxy_password_file: {
    kind: 'text',
    origin: 'new',
    summary: 'A file whose first line is the password of the user in `http_proxy`.',
  },
});
