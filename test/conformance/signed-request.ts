import { createHash, createHmac } from 'node:crypto';
import { SignatureV4 } from '@smithy/signature-v4';
import { type RawAnswer, RawConnection } from './raw-connection.ts';

/** Where to, and in whose name. */
export interface SigningIdentity {
  readonly endpoint: string;
  readonly region: string;
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
  readonly sessionToken?: string;
  /** A PEM file with the authority to trust, for https. */
  readonly ca?: string;
}

export interface RequestOptions {
  readonly method: string;
  /** Percent-encoded, as it is going to be on the wire. */
  readonly path: string;
  readonly query?: Readonly<Record<string, string>>;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: Uint8Array | string;
  /** The value of x-amz-content-sha256; by default the body's, null leaves the header away. */
  readonly payloadHash?: string | null;
  /** What the signature is for; s3 by default. */
  readonly service?: string;
  /** The time of the signature; now by default. */
  readonly date?: Date;
  /** Changes the headers after they were signed; undefined takes one away. */
  readonly tamper?: Readonly<Record<string, string | undefined>>;
  /** Takes the place of the query after it was signed. */
  readonly tamperQuery?: Readonly<Record<string, string>>;
}

/** A signed request as it goes over the wire. */
export interface WireRequest {
  readonly head: string;
  readonly body: Uint8Array;
}

/** What the signing library asks of a hash. */
class NodeSha256 {
  readonly #secret: Buffer | undefined;
  #chunks: Buffer[] = [];

  constructor(secret?: string | ArrayBuffer | ArrayBufferView) {
    this.#secret = secret === undefined ? undefined : toBuffer(secret);
  }

  update(chunk: string | ArrayBuffer | ArrayBufferView): void {
    this.#chunks.push(toBuffer(chunk));
  }

  async digest(): Promise<Uint8Array> {
    const hash = this.#secret === undefined ? createHash('sha256') : createHmac('sha256', this.#secret);
    return hash.update(Buffer.concat(this.#chunks)).digest();
  }

  reset(): void {
    this.#chunks = [];
  }
}

function toBuffer(data: string | ArrayBuffer | ArrayBufferView): Buffer {
  if (typeof data === 'string') return Buffer.from(data);
  if (ArrayBuffer.isView(data)) return Buffer.from(data.buffer, data.byteOffset, data.byteLength);
  return Buffer.from(data);
}

export function sha256Of(bytes: Uint8Array | string): string {
  return createHash('sha256').update(bytes).digest('hex');
}

/** Signs with a library, not with the server's code. */
export async function signRequest(identity: SigningIdentity, options: RequestOptions): Promise<WireRequest> {
  const { endpoint, region, accessKeyId, secretAccessKey, sessionToken } = identity;
  const body =
    typeof options.body === 'string' ? Buffer.from(options.body) : (options.body ?? new Uint8Array());
  const payloadHash = options.payloadHash === undefined ? sha256Of(body) : options.payloadHash;
  const signer = new SignatureV4({
    service: options.service ?? 's3',
    region,
    credentials: { accessKeyId, secretAccessKey, ...(sessionToken === undefined ? {} : { sessionToken }) },
    sha256: NodeSha256,
    uriEscapePath: false,
    applyChecksum: false,
  });
  const url = new URL(endpoint);
  const needsLength = options.method === 'PUT' || options.method === 'POST' || body.length > 0;
  const signed = await signer.sign(
    {
      method: options.method,
      protocol: url.protocol,
      hostname: url.hostname,
      path: options.path,
      query: { ...options.query },
      headers: {
        host: url.host,
        ...(needsLength ? { 'content-length': String(body.length) } : {}),
        ...(payloadHash === null ? {} : { 'x-amz-content-sha256': payloadHash }),
        ...options.headers,
      },
      body,
    },
    {
      signingDate: options.date ?? new Date(),
      unsignableHeaders: new Set(['content-length', 'expect', 'connection']),
    },
  );
  const headers = Object.entries({ ...signed.headers, ...options.tamper }).flatMap(([name, value]) =>
    value === undefined ? [] : [`${name}: ${value}`],
  );
  const query = Object.entries(options.tamperQuery ?? options.query ?? {})
    .map(([name, value]) => `${encodeStrictly(name)}=${encodeStrictly(value)}`)
    .join('&');
  const target = query === '' ? options.path : `${options.path}?${query}`;
  return { head: `${options.method} ${target} HTTP/1.1\r\n${headers.join('\r\n')}\r\n\r\n`, body };
}

/** Percent-encodes all but RFC 3986's unreserved characters. */
export function encodeStrictly(text: string): string {
  return encodeURIComponent(text).replaceAll(
    /[!'()*]/g,
    (character) => `%${character.charCodeAt(0).toString(16).toUpperCase()}`,
  );
}

/** A key as it is in a path: its slashes stay. */
export function encodeKey(key: string): string {
  return key.split('/').map(encodeStrictly).join('/');
}

/** The path of a bucket, or of a key in it, in path style. */
export function pathOf(bucket: string, key = ''): string {
  return key === '' ? `/${bucket}` : `/${bucket}/${encodeKey(key)}`;
}

/** Sends one request on a connection of its own. */
export async function sendSigned(identity: SigningIdentity, options: RequestOptions): Promise<RawAnswer> {
  const request = await signRequest(identity, options);
  const connection = await RawConnection.open(identity.endpoint, identity.ca);
  try {
    await connection.send(request.head);
    if (request.body.length > 0) await connection.send(request.body);
    return await connection.answer(options.method === 'HEAD');
  } finally {
    connection.close();
  }
}
