import { MiB } from '../../src/base/bytes.ts';
import { madeUpFile, madeUpList } from './made-up-sets.ts';
import { sizeInKey } from './object-size.ts';
import { parseRange, type RequestHead } from './request-head.ts';

/** An answer: a head, a short text or bytes of an object. */
export interface Answer {
  readonly status: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly text?: string;
  /** Bytes [start, end) of the made-up content. */
  readonly content?: readonly [start: number, end: number];
  /** The length to tell where no body is sent. */
  readonly length?: number;
}

/** Of what was stored, and of large objects: the form of an object in parts, which no client takes for an MD5. */
const ETAG = '"736b6e-1"';
/** Of small made-up objects, as if stored by one PutObject. */
const SMALL_ETAG = '"736b6e00000000000000000000000000"';
const SMALL = 8 * MiB;
const MODIFIED = 'Fri, 02 Jan 2026 03:04:05 GMT';
const XML = '<?xml version="1.0" encoding="UTF-8"?>\n';

/** Sizes of what was stored, by path: some clients look afterwards. Older ones are forgotten. */
const stored = new Map<string, number>();
const uploads = new Map<string, number>();
const MOST_STORED = 200;
let nextUpload = 1;
/** The path that was looked at last: what a listing shows, since some clients list before they read. */
let lookedAt = '';

/** Answers as S3 does, without keeping or checking anything. @param received bytes of the request's content. */
export function answerTo(head: RequestHead, received: number): Answer {
  const { method, path, query } = head;
  const isBucket = !path.slice(1).replace(/\/$/, '').includes('/');
  if (method === 'GET') return isBucket ? answerBucket(query) : answerGet(head);
  if (method === 'HEAD') return isBucket ? empty('200 OK') : answerHead(path);
  if (method === 'POST') return answerPost(head);
  if (method === 'DELETE') return empty('204 No Content');
  const content = Number(head.headers.get('x-amz-decoded-content-length') ?? received);
  const upload = query.get('uploadId');
  if (upload !== null) uploads.set(upload, (uploads.get(upload) ?? 0) + content);
  else if (!isBucket) store(path, content);
  return { status: '200 OK', headers: { etag: ETAG } };
}

function answerPost({ path, query, headers }: RequestHead): Answer {
  if (query.has('uploads')) {
    const id = `upload-${nextUpload}`;
    nextUpload += 1;
    uploads.set(id, 0);
    const algorithm = headers.get('x-amz-checksum-algorithm');
    const type = headers.get('x-amz-checksum-type') ?? (algorithm === 'CRC32' ? 'COMPOSITE' : undefined);
    return xml(
      `<InitiateMultipartUploadResult><Bucket>b</Bucket><Key>${keyOf(path)}</Key><UploadId>${id}</UploadId></InitiateMultipartUploadResult>`,
      algorithm === undefined
        ? {}
        : {
            'x-amz-checksum-algorithm': algorithm,
            ...(type === undefined ? {} : { 'x-amz-checksum-type': type }),
          },
    );
  }
  const upload = query.get('uploadId') ?? '';
  store(path, uploads.get(upload) ?? 0);
  uploads.delete(upload);
  return xml(
    `<CompleteMultipartUploadResult><Bucket>b</Bucket><Key>${keyOf(path)}</Key><ETag>${ETAG}</ETag></CompleteMultipartUploadResult>`,
  );
}

function answerGet({ path, headers }: RequestHead): Answer {
  const text = madeUpFile(path);
  if (text !== undefined) return { status: '200 OK', headers: objectHeaders(path, text.length), text };
  const size = sizeOf(path);
  if (size === undefined) return missing(path);
  const wanted = headers.get('range');
  const range = parseRange(wanted, size);
  if (range !== undefined) {
    const [start, end] = range;
    return {
      status: '206 Partial Content',
      headers: { ...objectHeaders(path, size), 'content-range': `bytes ${start}-${end - 1}/${size}` },
      content: range,
    };
  }
  if (wanted !== undefined) {
    return { ...empty('416 Range Not Satisfiable'), headers: { 'content-range': `bytes */${size}` } };
  }
  return { status: '200 OK', headers: objectHeaders(path, size), content: [0, size] };
}

function answerHead(path: string): Answer {
  lookedAt = path;
  const size = sizeOf(path);
  if (size === undefined) return empty('404 Not Found');
  return { status: '200 OK', headers: objectHeaders(path, size), length: size };
}

function answerBucket(query: URLSearchParams): Answer {
  if (query.has('location')) return xml('<LocationConstraint></LocationConstraint>');
  if (query.has('uploads'))
    return xml(
      '<ListMultipartUploadsResult><Bucket>b</Bucket><IsTruncated>false</IsTruncated></ListMultipartUploadsResult>',
    );
  const prefix = query.get('prefix') ?? '';
  const madeUp = madeUpList(query);
  if (madeUp !== undefined)
    return xml(
      `<ListBucketResult><Name>b</Name><Prefix>${escapeXml(prefix)}</Prefix>${madeUp}</ListBucketResult>`,
    );
  const size = sizeOf(lookedAt);
  const contents =
    size === undefined || !lookedAt.slice(lookedAt.indexOf('/', 1) + 1).startsWith(prefix)
      ? ''
      : `<Contents><Key>${keyOf(lookedAt)}</Key><LastModified>2026-01-02T03:04:05.000Z</LastModified><ETag>&quot;736b6e-1&quot;</ETag><Size>${size}</Size><StorageClass>STANDARD</StorageClass></Contents>`;
  return xml(
    `<ListBucketResult><Name>b</Name><Prefix>${escapeXml(prefix)}</Prefix><KeyCount>${contents === '' ? 0 : 1}</KeyCount><MaxKeys>1000</MaxKeys><IsTruncated>false</IsTruncated>${contents}</ListBucketResult>`,
  );
}

function sizeOf(path: string): number | undefined {
  return stored.get(path) ?? sizeInKey(path);
}

function store(path: string, size: number): void {
  const [oldest] = stored.keys();
  if (stored.size >= MOST_STORED && oldest !== undefined) stored.delete(oldest);
  stored.set(path, size);
}

function objectHeaders(path: string, size: number): Record<string, string> {
  return {
    etag: size <= SMALL && !stored.has(path) ? SMALL_ETAG : ETAG,
    'last-modified': MODIFIED,
    'accept-ranges': 'bytes',
    'content-type': 'binary/octet-stream',
  };
}

function empty(status: string): Answer {
  return { status, headers: {} };
}

function xml(body: string, headers: Readonly<Record<string, string>> = {}): Answer {
  return { status: '200 OK', headers: { ...headers, 'content-type': 'application/xml' }, text: XML + body };
}

function missing(path: string): Answer {
  const text = `${XML}<Error><Code>NoSuchKey</Code><Message>The key announces no size.</Message><Key>${keyOf(path)}</Key></Error>`;
  return { status: '404 Not Found', headers: { 'content-type': 'application/xml' }, text };
}

function keyOf(path: string): string {
  return escapeXml(path.slice(path.indexOf('/', 1) + 1));
}

function escapeXml(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
}
