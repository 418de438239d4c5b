import { PluginError } from '../../base/plugin-error.ts';
import type { ObjectsConfig } from '../../config/config.ts';

/** A server has stored an object without the encryption that the request asked for. */
export class NotEncryptedError extends PluginError {}

type EncryptionConfig = Pick<ObjectsConfig, 'sse' | 'customerKeyFile'>;

const SSE = 'x-amz-server-side-encryption';

/**
 * Checks that the answer to a PutObject confirms the encryption (S3 API Reference, PutObject, "Response Elements"): some
 * servers know nothing of its headers and take no notice of them. Undefined where no option asks for any.
 * @throws {NotEncryptedError} by what it returns
 */
export function confirmation({
  sse,
  customerKeyFile,
}: EncryptionConfig): ((answer: Headers) => void) | undefined {
  if (customerKeyFile !== undefined) {
    return (answer) => refuse(answer, `${SSE}-customer-algorithm`, 'AES256', 'sse_customer_key_file');
  }
  return sse === undefined ? undefined : (answer) => refuse(answer, SSE, sse, 'sse');
}

function refuse(answer: Headers, header: string, wanted: string, option: string): void {
  const confirmed = answer.get(header)?.trim();
  if (confirmed?.toLowerCase() === wanted.toLowerCase()) return;
  const instead = confirmed === undefined || confirmed === '' ? 'nothing' : `"${confirmed}"`;
  throw new NotEncryptedError(
    `the server takes ${option} and does not confirm it: ${header} is ${instead}, not "${wanted}"`,
    {
      hint: `set the server up for this encryption, or leave out ${option} to store objects as the bucket does it`,
    },
  );
}
