import { closeSync, constants, fstatSync, openSync, readSync } from 'node:fs';
import { codeOf, PluginError } from '../../base/plugin-error.ts';
import { Secret } from '../../base/secret.ts';
import { systemReason } from '../../base/system-error.ts';
import { md5Base64 } from '../../s3/checksum.ts';

/** The key of SSE-C can't be read. */
export class CustomerKeyError extends PluginError {}

/** Bytes of a key: AES-256 is all there is (S3 User Guide, "Using server-side encryption with customer-provided keys"). */
const KEY_BYTES = 32;

/** More than any way of writing a key takes. */
const MOST_BYTES = 1024;

const HINT =
  'make one with: openssl rand -hex 32 > FILE; keep a copy elsewhere, without it no backup can be restored';

/** The headers that give a customer's key to the server, with the key in its file. */
export interface CustomerKey {
  /** As the value of a header. */
  readonly key: Secret;
  readonly md5: string;
  /** Others than the owner may read the file. */
  readonly isOpen: boolean;
}

/**
 * Reads a key of 32 bytes: as they are, or as 64 hexadecimal digits or base64 with white space around it.
 * @throws {CustomerKeyError} that never shows what is in the file.
 */
export function readCustomerKey(path: string): CustomerKey {
  const { bytes, isOpen } = contentOf(path);
  const key = keyIn(bytes);
  if (typeof key === 'string') throw wrong(path, key);
  const text = key.toString('base64');
  return { key: new Secret(text), md5: md5Base64(Uint8Array.from(key)), isOpen };
}

/** By lower-case names. */
export function customerKeyHeaders({ key, md5 }: CustomerKey): Readonly<Record<string, string>> {
  return {
    'x-amz-server-side-encryption-customer-algorithm': 'AES256',
    'x-amz-server-side-encryption-customer-key': key.reveal(),
    'x-amz-server-side-encryption-customer-key-md5': md5,
  };
}

/** The key, or why there is none. */
function keyIn(bytes: Buffer): Buffer | string {
  const text = bytes.toString('latin1').trim();
  if (/^[0-9A-Fa-f]*$/.test(text)) {
    return text.length === 2 * KEY_BYTES
      ? Buffer.from(text, 'hex')
      : `its ${text.length} hexadecimal digits are not a key of ${KEY_BYTES} bytes`;
  }
  if (bytes.length === KEY_BYTES) return bytes;
  const decoded = Buffer.from(text, 'base64');
  if (decoded.length === KEY_BYTES && decoded.toString('base64') === text) return decoded;
  return `its ${bytes.length} bytes are not a key of ${KEY_BYTES} bytes, nor one in hexadecimal or base64`;
}

function contentOf(path: string): { bytes: Buffer; isOpen: boolean } {
  let fd: number;
  try {
    // Opening a named pipe would wait for its writer.
    fd = openSync(path, constants.O_RDONLY | constants.O_NONBLOCK);
  } catch (cause) {
    throw wrong(path, codeOf(cause) === 'ENOENT' ? 'there is no such file' : systemReason(cause), cause);
  }
  try {
    const facts = fstatSync(fd);
    if (!facts.isFile()) throw wrong(path, 'it is not a regular file');
    const buffer = Buffer.alloc(MOST_BYTES);
    const length = readSync(fd, buffer);
    return { bytes: buffer.subarray(0, length), isOpen: (facts.mode & 0o004) !== 0 };
  } catch (cause) {
    throw cause instanceof CustomerKeyError ? cause : wrong(path, systemReason(cause), cause);
  } finally {
    closeSync(fd);
  }
}

function wrong(path: string, why: string, cause?: unknown): CustomerKeyError {
  return new CustomerKeyError(`sse_customer_key_file ${path} can't be used: ${why}`, { hint: HINT, cause });
}
