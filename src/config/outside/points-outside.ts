import type { RawConfig } from '../raw-config.ts';

/** Options that say where the value of another one is. */
const SOURCES: ReadonlySet<string> = new Set([
  'aws_access_key_id_file',
  'aws_secret_access_key_file',
  'aws_secret_access_key_command',
  'aws_session_token_file',
  'http_proxy_password_file',
  'remote_aws_access_key_id_file',
  'remote_aws_secret_access_key_file',
  'remote_aws_secret_access_key_command',
  'remote_aws_session_token_file',
]);

/**
 * Whether a value of the file may be somewhere else: in the environment, in a file, in what a command prints, or
 * encrypted. Each start asks this, and nearly every answer is no; what reads such values is loaded only then.
 */
export function pointsOutside({ options }: RawConfig): boolean {
  for (const [name, text] of options) {
    if (text.includes('${') || (SOURCES.has(name) && text !== '')) return true;
    if (name === 'password_encryption' && isOn(text)) return true;
  }
  return false;
}

export function isOn(text: string | undefined): boolean {
  return text?.trim().toLowerCase() === 'on';
}
