import { hasControls } from '../../base/control-characters.ts';
import { PROGRAM } from '../../base/product.ts';
import type { Host } from '../host.ts';
import { decrypt } from '../openpgp/decrypt.ts';
import { OpenPgpError } from '../openpgp/openpgp-error.ts';
import { OPTION_NAMES, OPTIONS } from '../options.ts';
import { encryptedBytes } from './encrypted-text.ts';
import { keyFileOf, readKeyFile } from './key-file.ts';
import type { OutsideValues } from './outside-values.ts';

/** A text in an option's value that is encrypted, and where the decrypted one goes. */
interface Encrypted {
  readonly name: string;
  readonly message: Uint8Array;
  readonly put: (text: string) => void;
}

/** Decrypts every secret that is encrypted. The others are used as they are. */
export async function decryptValues(outside: OutsideValues, host: Host): Promise<void> {
  const found = [...encryptedSecrets(outside), ...encryptedPassword(outside)];
  if (found.length === 0) return;
  const given = outside.get(PROGRAM);
  const read = given === undefined ? await readKeyFile(keyFileOf(host.environment)) : { key: given };
  if ('why' in read) {
    const names = found.map(({ name }) => `"${name}"`).join(', ');
    outside.problems.push(
      `there is no key to decrypt ${names} with: gpbackup adds the option "${PROGRAM}" when password_encryption is exactly "on"; without gpbackup it is read from .encrypt in the coordinator's data folder, but ${read.why}`,
    );
    for (const { name } of found) outside.miss(name);
    return;
  }
  for (const { name, message, put } of found) {
    try {
      put(textIn(await decrypt(message, read.key)));
    } catch (error) {
      if (!(error instanceof OpenPgpError)) throw error;
      outside.miss(name, `the value of "${name}" ${error.message}`);
      outside.hint =
        "gpbackup_s3_plugin encrypt_secret encrypts it again with the key of .encrypt in the coordinator's data folder";
    }
  }
}

function encryptedSecrets(outside: OutsideValues): Encrypted[] {
  return OPTION_NAMES.flatMap((name): Encrypted[] => {
    const text = outside.get(name);
    if (OPTIONS[name].kind !== 'secret' || name === PROGRAM || text === undefined) return [];
    const message = encryptedBytes(text);
    if (message !== undefined)
      return [{ name, message, put: (plain) => outside.put(name, plain, 'its value') }];
    if (!outside.isFromOutside(name)) {
      outside.warnings.push(
        `password_encryption is on, but "${name}" is not encrypted: it is used as it is written`,
      );
    }
    return [];
  });
}

/** Of the proxy's address only the password is encrypted. */
function encryptedPassword(outside: OutsideValues): Encrypted[] {
  const name = 'http_proxy';
  const text = outside.get(name) ?? '';
  const [, start = '', password = '', end = ''] = /^(.*:)([^:@/]+)(@[^@]*)$/s.exec(text) ?? [];
  const message = encryptedBytes(password);
  if (message === undefined) return [];
  const put = (plain: string): void => outside.put(name, start + encodeURIComponent(plain) + end, text);
  return [{ name, message, put }];
}

/** What was encrypted, without the line break that `echo secret | gpg` adds. */
function textIn(plain: string): string {
  const text = plain.replace(/\r?\n$/, '');
  if (text.trim() === '') throw new OpenPgpError('contains an empty text');
  if (hasControls(text)) throw new OpenPgpError('contains a text with control characters');
  return text;
}
