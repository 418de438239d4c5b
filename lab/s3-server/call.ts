import type { RequestBody } from '../http/request-body.ts';
import type { Blob } from './blobs.ts';
import { BodyDigester, type BodyDigests, claimedDigests } from './integrity.ts';
import type { Credential, ServerSettings } from './options.ts';
import type { Route } from './route.ts';
import { S3Error } from './s3-error.ts';
import type { Store } from './store.ts';

/** A request whose sender is known and whose body has not been read. */
export interface Call {
  readonly route: Route;
  readonly headers: ReadonlyMap<string, string>;
  readonly body: RequestBody;
  readonly credential: Credential;
  readonly store: Store;
  readonly region: string;
  readonly settings: ServerSettings;
  readonly now: Date;
}

/** S3 API Reference, DeleteObjects, allows 2 MiB; a list of 10,000 parts with checksums has less. */
const maxDocumentBytes = 2 * 1024 * 1024;

/** @throws S3Error MissingContentLength: S3 takes no body of unknown length */
function requireLength(call: Call): void {
  if (!call.headers.has('content-length')) throw new S3Error('MissingContentLength');
}

export interface ReceivedBlob {
  readonly blob: Blob;
  readonly digests: BodyDigests;
}

/**
 * Writes the body through to the storage.
 * @throws S3Error when the bytes are not the ones that the headers claim, ConnectionLost when they don't all come; nothing
 * is kept then
 */
export async function receiveBlob(call: Call): Promise<ReceivedBlob> {
  requireLength(call);
  const digester = new BodyDigester(claimedDigests(call.headers));
  const sink = await call.store.blobs.create(call.body.length);
  try {
    for await (const chunk of call.body.chunks()) {
      digester.update(chunk);
      await sink.write(chunk);
    }
    const digests = digester.finish();
    return { blob: await sink.finish(), digests };
  } catch (error) {
    await sink.abandon();
    throw error;
  }
}

/**
 * Reads an XML document.
 * @param crc32Header whether x-amz-checksum-crc32 is of this document: CompleteMultipartUpload's is of the object
 * @throws S3Error MaxMessageLengthExceeded, and as {@link receiveBlob}
 */
export async function receiveDocument(call: Call, crc32Header: 'of document' | 'of object'): Promise<string> {
  requireLength(call);
  if (call.body.length > maxDocumentBytes) throw new S3Error('MaxMessageLengthExceeded');
  const claimed = claimedDigests(call.headers);
  const digester = new BodyDigester(
    crc32Header === 'of document' ? claimed : { ...claimed, crc32: undefined },
  );
  const chunks: Buffer[] = [];
  for await (const chunk of call.body.chunks()) {
    digester.update(chunk);
    chunks.push(chunk);
  }
  digester.finish();
  return Buffer.concat(chunks).toString('utf8');
}

/** For operations that need no body: what came nevertheless is checked against its digests. */
export async function receiveNothing(call: Call): Promise<void> {
  const digester = new BodyDigester(claimedDigests(call.headers));
  for await (const chunk of call.body.chunks()) digester.update(chunk);
  digester.finish();
}
