import { decodeOnce, parseQuery, type RequestHead } from '../http/request.ts';
import type { S3Operation } from './options.ts';

/** What a request is about. */
export interface Route {
  readonly operation: S3Operation;
  readonly bucket: string | undefined;
  readonly key: string;
  readonly query: ReadonlyMap<string, string>;
  /** Where the bucket stands: in the path, or in the host name. */
  readonly style: 'path' | 'virtual';
}

/** An operation is known by its method, the queries that it must have, and those that it may have. */
interface RouteRule {
  readonly operation: S3Operation;
  readonly method: string;
  readonly required: readonly string[];
  readonly allowed: readonly string[];
}

const serviceRules: readonly RouteRule[] = [
  { operation: 'ListBuckets', method: 'GET', required: [], allowed: [] },
];

const bucketRules: readonly RouteRule[] = [
  { operation: 'GetBucketLocation', method: 'GET', required: ['location'], allowed: [] },
  {
    operation: 'ListMultipartUploads',
    method: 'GET',
    required: ['uploads'],
    allowed: ['delimiter', 'encoding-type', 'key-marker', 'max-uploads', 'prefix', 'upload-id-marker'],
  },
  {
    operation: 'ListObjectsV2',
    method: 'GET',
    required: ['list-type'],
    allowed: [
      'continuation-token',
      'delimiter',
      'encoding-type',
      'fetch-owner',
      'max-keys',
      'prefix',
      'start-after',
    ],
  },
  {
    operation: 'ListObjects',
    method: 'GET',
    required: [],
    allowed: ['delimiter', 'encoding-type', 'marker', 'max-keys', 'prefix'],
  },
  { operation: 'GetBucketVersioning', method: 'GET', required: ['versioning'], allowed: [] },
  { operation: 'GetBucketLifecycleConfiguration', method: 'GET', required: ['lifecycle'], allowed: [] },
  { operation: 'GetBucketEncryption', method: 'GET', required: ['encryption'], allowed: [] },
  { operation: 'GetBucketPolicyStatus', method: 'GET', required: ['policyStatus'], allowed: [] },
  { operation: 'GetObjectLockConfiguration', method: 'GET', required: ['object-lock'], allowed: [] },
  {
    operation: 'ListObjectVersions',
    method: 'GET',
    required: ['versions'],
    allowed: ['encoding-type', 'key-marker', 'max-keys', 'prefix', 'version-id-marker'],
  },
  { operation: 'DeleteObjects', method: 'POST', required: ['delete'], allowed: [] },
  { operation: 'HeadBucket', method: 'HEAD', required: [], allowed: [] },
  { operation: 'CreateBucket', method: 'PUT', required: [], allowed: [] },
  { operation: 'DeleteBucket', method: 'DELETE', required: [], allowed: [] },
];

const objectRules: readonly RouteRule[] = [
  { operation: 'CreateMultipartUpload', method: 'POST', required: ['uploads'], allowed: [] },
  { operation: 'CompleteMultipartUpload', method: 'POST', required: ['uploadId'], allowed: [] },
  { operation: 'UploadPart', method: 'PUT', required: ['partNumber', 'uploadId'], allowed: [] },
  { operation: 'AbortMultipartUpload', method: 'DELETE', required: ['uploadId'], allowed: [] },
  {
    operation: 'ListParts',
    method: 'GET',
    required: ['uploadId'],
    allowed: ['max-parts', 'part-number-marker', 'encoding-type'],
  },
  { operation: 'PutObjectRetention', method: 'PUT', required: ['retention'], allowed: [] },
  { operation: 'PutObjectLegalHold', method: 'PUT', required: ['legal-hold'], allowed: [] },
  { operation: 'PutObject', method: 'PUT', required: [], allowed: [] },
  { operation: 'RestoreObject', method: 'POST', required: ['restore'], allowed: ['versionId'] },
  { operation: 'GetObjectRetention', method: 'GET', required: ['retention'], allowed: ['versionId'] },
  { operation: 'GetObject', method: 'GET', required: [], allowed: ['versionId'] },
  { operation: 'HeadObject', method: 'HEAD', required: [], allowed: ['versionId'] },
  { operation: 'DeleteObject', method: 'DELETE', required: [], allowed: ['versionId'] },
];

/** Clients generated from Amazon's model add x-id to tell operations apart; S3 takes no notice of it. */
const ignoredQuery = 'x-id';

/** Strict: a query that the operation doesn't have here makes the request unknown (501), never another operation. */
function operationOf(
  rules: readonly RouteRule[],
  method: string,
  query: ReadonlyMap<string, string>,
): S3Operation {
  const rule = rules.find(
    (candidate) =>
      candidate.method === method &&
      candidate.required.every((name) => query.has(name)) &&
      query
        .keys()
        .every(
          (name) =>
            name === ignoredQuery || candidate.required.includes(name) || candidate.allowed.includes(name),
        ),
  );
  return rule?.operation ?? 'Unknown';
}

/**
 * Finds bucket, key and operation. Virtual-hosted style is a host `BUCKET.DOMAIN`, with any port; everything else is
 * path style (S3 User Guide, "Virtual hosting of buckets").
 * @param base a path that stands in front of every URL's path, as at a gateway; what is outside of it is unknown
 * @throws MalformedRequest
 */
export function routeOf(head: RequestHead, domain: string, base = ''): Route {
  const query = parseQuery(head.rawQuery);
  const host = (head.headers.get('host') ?? '').replace(/:\d+$/, '').toLowerCase();
  let bucket: string;
  let rawKey: string;
  const isInside = base === '' || head.rawPath.startsWith(`${base}/`);
  const path = isInside ? head.rawPath.slice(base.length) : '/';
  const style = host.endsWith(`.${domain}`) ? 'virtual' : 'path';
  if (style === 'virtual') {
    bucket = host.slice(0, -domain.length - 1);
    rawKey = path.slice(1);
  } else {
    const slash = path.indexOf('/', 1);
    bucket = decodeOnce(slash < 0 ? path.slice(1) : path.slice(1, slash));
    rawKey = slash < 0 ? '' : path.slice(slash + 1);
  }
  const key = decodeOnce(rawKey);
  if (bucket === '') {
    return {
      operation: operationOf(serviceRules, head.method, query),
      bucket: undefined,
      key,
      query,
      style,
    };
  }
  const rules = key === '' ? bucketRules : objectRules;
  const named = operationOf(rules, head.method, query);
  const operation = head.headers.has('x-amz-copy-source') ? (copying[named] ?? named) : named;
  return { operation, bucket, key, query, style };
}

/** S3 API Reference: what a source in the head makes of a write. */
const copying: Partial<Record<S3Operation, S3Operation>> = {
  PutObject: 'CopyObject',
  UploadPart: 'UploadPartCopy',
};
