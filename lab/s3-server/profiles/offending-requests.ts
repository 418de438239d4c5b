import { md5Base64 } from '../../../src/s3/checksum.ts';
import type { RequestOptions } from '../../../test/conformance/signed-request.ts';
import type { S3Operation } from '../options.ts';
import type { Offence } from './profile.ts';

const DELETE = '<Delete><Object><Key>key</Key></Object></Delete>';

/** A request of that operation which every server takes. */
export function plainRequest(operation: S3Operation): RequestOptions {
  if (operation === 'DeleteObjects') {
    return {
      method: 'POST',
      path: '/',
      query: { delete: '' },
      body: DELETE,
      headers: { 'content-md5': md5Base64(Buffer.from(DELETE)) },
    };
  }
  if (operation === 'CreateMultipartUpload') return { method: 'POST', path: '/key', query: { uploads: '' } };
  return { method: 'PUT', path: '/key', body: '' };
}

/** The request that commits the offence, and one that differs from it in nothing else. */
export function requestsOf(offence: Offence): {
  offending: RequestOptions;
  plain: RequestOptions;
  style: 'path' | 'virtual';
} {
  switch (offence.kind) {
    case 'path style': {
      const request = plainRequest(offence.operations?.[0] ?? 'PutObject');
      return { offending: request, plain: request, style: 'path' };
    }
    case 'header': {
      const plain = plainRequest(offence.operations?.[0] ?? 'PutObject');
      const [name, value] = offence.example;
      const isHash = name === 'x-amz-content-sha256';
      const offending = isHash ? { ...plain, payloadHash: value } : { ...plain, headers: { [name]: value } };
      return { offending, plain, style: 'virtual' };
    }
    case 'operation': {
      const request = plainRequest(offence.operation);
      return { offending: request, plain: plainRequest('PutObject'), style: 'virtual' };
    }
    case 'header missing': {
      const plain = plainRequest(offence.operation);
      // Amazon takes this checksum in its place.
      const headers = { 'x-amz-checksum-crc32': crc32Of(DELETE) };
      return { offending: { ...plain, headers }, plain, style: 'virtual' };
    }
  }
}

function crc32Of(text: string): string {
  const bytes = Buffer.alloc(4);
  bytes.writeUInt32BE(Bun.hash.crc32(text));
  return bytes.toString('base64');
}

/** In the title of a test. */
export function wordsOf(offence: Offence): string {
  switch (offence.kind) {
    case 'path style':
      return `${offence.operations?.[0] ?? 'anything'} with the bucket in the path`;
    case 'header':
      return `${offence.operations?.[0] ?? 'anything'} with ${offence.example.join(': ')}`;
    case 'operation':
      return offence.operation;
    case 'header missing':
      return `${offence.operation} without ${offence.anyOf.join(' or ')}`;
  }
}
