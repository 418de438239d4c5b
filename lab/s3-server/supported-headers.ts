import { encryptionOf } from './encryption.ts';
import { objectOptions } from './object-options.ts';
import type { ServerSettings } from './options.ts';
import { S3Error } from './s3-error.ts';
import type { ObjectHeaders } from './stored-object.ts';

/** The x-amz-* headers that mean something here. All others are refused: ignoring one would do less than was asked for. */
const understood = new Set([
  'x-amz-content-sha256',
  'x-amz-date',
  'x-amz-expected-bucket-owner',
  'x-amz-request-payer',
  'x-amz-security-token',
  'x-amz-user-agent',
  'x-amz-sdk-checksum-algorithm',
  'x-amz-trailer',
  'x-amz-mp-object-size',
  'x-amz-storage-class',
  'x-amz-tagging',
  'x-amz-tagging-directive',
  'x-amz-metadata-directive',
  'x-amz-copy-source',
  'x-amz-copy-source-if-match',
  'x-amz-copy-source-range',
  'x-amz-source-expected-bucket-owner',
  'x-amz-acl',
  'x-amz-object-lock-mode',
  'x-amz-object-lock-retain-until-date',
  'x-amz-object-lock-legal-hold',
  'x-amz-bypass-governance-retention',
]);
const understoodPrefixes = [
  'x-amz-meta-',
  'x-amz-checksum-',
  'x-amz-server-side-encryption',
  'x-amz-copy-source-server-side-encryption-customer-',
];

/** Conditions on time, which only writers of caches use. */
const unsupported = ['if-modified-since', 'if-unmodified-since', 'if-range'];

/** @throws S3Error NotImplemented, naming the header */
export function checkHeadersAreSupported(headers: ReadonlyMap<string, string>): void {
  for (const name of headers.keys()) {
    const isUnknown =
      name.startsWith('x-amz-') &&
      !understood.has(name) &&
      !understoodPrefixes.some((prefix) => name.startsWith(prefix));
    if (isUnknown || unsupported.includes(name)) {
      throw new S3Error('NotImplemented', undefined, { fields: { Header: name } });
    }
  }
}

const storedHeaders = [
  'cache-control',
  'content-disposition',
  'content-encoding',
  'content-language',
  'expires',
];

/** S3 User Guide, "Working with object metadata": user metadata is at most 2 KB, names and values. */
const maxMetadataBytes = 2048;

/**
 * The headers of a write that S3 stores with the object.
 * @throws S3Error InvalidRequest for too much metadata
 */
export function headersToStore(
  headers: ReadonlyMap<string, string>,
  { encryption, acls }: Pick<ServerSettings, 'encryption' | 'acls'>,
): ObjectHeaders {
  const stored: Record<string, string> = {
    'content-type': headers.get('content-type') ?? 'binary/octet-stream',
  };
  let metadataBytes = 0;
  for (const [name, value] of headers) {
    if (name.startsWith('x-amz-meta-')) {
      metadataBytes += name.length - 'x-amz-meta-'.length + value.length;
      stored[name] = value;
    } else if (storedHeaders.includes(name)) {
      stored[name] = value;
    }
  }
  if (metadataBytes > maxMetadataBytes) {
    throw new S3Error('InvalidRequest', 'Your metadata headers exceed the maximum allowed metadata size');
  }
  return { ...stored, ...encryptionOf(headers, encryption), ...objectOptions(headers, acls) };
}
