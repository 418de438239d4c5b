import type { WireAnswer } from '../http/answer.ts';

/** An answer that says no: what S3's error document and headers say. */
export class FailedAnswer extends Error {
  readonly status: number;
  readonly code: string;
  readonly requestId: string | undefined;
  /** The region that the bucket or the server is in, where the answer names it. */
  readonly region: string | undefined;
  readonly headers: Headers;
  /** An S3 server has answered: by its error document, or by the request id that each of its answers has. */
  readonly ofStore: boolean;

  constructor(
    status: number,
    headers: Headers,
    document: {
      code?: string | undefined;
      message?: string | undefined;
      requestId?: string | undefined;
      region?: string | undefined;
      /** It is the page of a gateway in front of the store. */
      ofGateway?: boolean;
    },
  ) {
    const code = document.code ?? codeOfStatus(status);
    super(document.message ?? (code === '' ? 'the server refused' : wordsOf(code)));
    this.name = 'FailedAnswer';
    this.status = status;
    this.code = code;
    this.requestId = document.requestId ?? headers.get('x-amz-request-id') ?? undefined;
    this.region = document.region ?? headers.get('x-amz-bucket-region') ?? undefined;
    this.headers = headers;
    this.ofStore =
      (document.code !== undefined && document.ofGateway !== true) || this.requestId !== undefined;
  }
}

/** Scheme, host and port of a redirect; the rest of a Location may be a secret. */
export function redirectOf(headers: Headers): string | undefined {
  const target = URL.parse(headers.get('location') ?? '');
  return target === null || !/^https?:$/.test(target.protocol) ? undefined : target.origin;
}

/** Error documents are small; whatever a proxy sends beyond is not read. */
const LONGEST_DOCUMENT = 64 * 1024;

/** Reads the error document of an answer (S3 API Reference, "Error responses"); a HEAD's answer has none. */
export async function readFailedAnswer(answer: WireAnswer): Promise<FailedAnswer> {
  const chunks: Uint8Array[] = [];
  let length = 0;
  for await (const piece of answer.pieces()) {
    chunks.push(piece);
    length += piece.length;
    if (length > LONGEST_DOCUMENT) break;
  }
  return new FailedAnswer(
    answer.status,
    answer.headers,
    await readErrorDocument(Buffer.concat(chunks).toString('utf8')),
  );
}

/** The fields of an `<Error>` document; empty when the text is none (a proxy's HTML page). */
export async function readErrorDocument(text: string): Promise<{
  code?: string | undefined;
  message?: string | undefined;
  requestId?: string | undefined;
  region?: string | undefined;
  ofGateway?: boolean;
}> {
  if (!text.includes('<Error')) return pageOfGateway(text);
  const { childText, parseXml } = await import('../xml.ts');
  try {
    const { element } = parseXml(text, ['Error']);
    const field = (name: string): string | undefined => {
      const value = childText(element, name)?.trim();
      return value === undefined || value === '' ? undefined : value.slice(0, 300);
    };
    return {
      code: field('Code'),
      message: field('Message')?.replace(/[\s.]+$/, ''),
      requestId: field('RequestId'),
      region: field('Region'),
    };
  } catch {
    // Cut short on its way: the status still says what to do.
    return {};
  }
}

/**
 * nginx with `ssl_verify_client on` finishes the handshake and answers 400, with one of these titles
 * (ngx_http_special_response.c, of its own statuses 495 and 496).
 */
export function pageOfGateway(text: string): { code?: string; message?: string; ofGateway?: boolean } {
  const [, title] =
    /<title>400 (No required SSL certificate was sent|The SSL certificate error)<\/title>/.exec(text) ?? [];
  if (title === undefined) return {};
  const message = title.startsWith('No')
    ? 'the server requires a client certificate'
    : 'the server does not accept the client certificate';
  return { code: 'ClientCertificateRefused', message, ofGateway: true };
}

/** For answers without a document: HEAD, and proxies. */
function codeOfStatus(status: number): string {
  const codes: Readonly<Record<number, string>> = {
    404: 'NotFound',
    412: 'PreconditionFailed',
    416: 'InvalidRange',
  };
  return codes[status] ?? '';
}

function wordsOf(code: string): string {
  return code.replace(/([a-z])([A-Z])/g, '$1 $2').toLowerCase();
}
