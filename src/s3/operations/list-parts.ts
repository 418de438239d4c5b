import type { S3Client } from '../client.ts';
import { readText } from '../http/answer.ts';
import { TransportError } from '../http/transport-error.ts';
import { children, childText, parseXml } from '../xml.ts';

/** A part of an unfinished upload. */
export interface ListedPart {
  /** Bytes. */
  readonly size: number;
  /** When it was stored, ISO 8601, as the server writes it. */
  readonly modified: string;
}

/** More parts than an upload may have. */
const MOST_PAGES = 11;

/**
 * The parts that an unfinished upload has so far, a page at a time (S3 API Reference, ListParts).
 * @throws {S3Error} also when the upload has ended since
 */
export async function* listParts(
  client: S3Client,
  key: string,
  uploadId: string,
): AsyncGenerator<readonly ListedPart[]> {
  let marker: string | undefined;
  for (let page = 0; page < MOST_PAGES; page += 1) {
    const query: Record<string, string> = { uploadId };
    if (marker !== undefined) query['part-number-marker'] = marker;
    const { parts, next } = await client.send(
      { operation: 'ListParts', method: 'GET', key, query },
      async (answer) => {
        const { element } = parseXml(await readText(answer), ['ListPartsResult']);
        const listed = children(element, 'Part').map((part) => {
          const size = Number(childText(part, 'Size'));
          if (!Number.isSafeInteger(size) || size < 0)
            throw new TransportError('EPROTOCOL', 'a listed part has no size');
          return { size, modified: childText(part, 'LastModified')?.trim() ?? '' };
        });
        const isMore = childText(element, 'IsTruncated')?.trim() === 'true';
        return {
          parts: listed,
          next: isMore ? childText(element, 'NextPartNumberMarker')?.trim() : undefined,
        };
      },
    );
    yield parts;
    if (next === undefined || next === '' || next === marker) return;
    marker = next;
  }
}
