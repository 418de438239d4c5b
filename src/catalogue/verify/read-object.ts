import { DecodeError, type Decoder, decoderOf } from '../../codec/decoder.ts';
import { Utf8Check } from '../../codec/utf8-check.ts';
import { crc32, crc32ToHex } from '../../s3/checksum.ts';
import type { S3Client } from '../../s3/client.ts';
import { S3Error } from '../../s3/errors/s3-error.ts';
import type { ListedObject } from '../../s3/operations/list-objects.ts';
import { ChecksumError, type DownloadSettings, download } from '../../transfer/download.ts';
import type { Sink } from '../../transfer/sink.ts';
import type { DataObject } from './data-object.ts';
import type { VerifyFinding } from './finding.ts';
import { refusalOf } from './read-or-find.ts';
import { NOT_UTF8, TableRows } from './table-rows.ts';

/** What an object's host noted when it stored it. */
export interface StoredAs {
  readonly size: number;
  readonly crc32: number | undefined;
  readonly host: string;
}

/** What reading an object has shown. */
export interface ObjectRead {
  /** Records by a table's OID; what could not be counted is missing. */
  readonly rows: ReadonlyMap<number, number>;
  /** Bytes of the object, and of what it contains. */
  readonly bytes: number;
  readonly uncompressed: number;
  readonly findings: readonly VerifyFinding[];
  /** Why the server did not give it; it may be this object's fault, or that of all. */
  readonly refusal?: S3Error | undefined;
}

/**
 * Reads every byte of an object as a restore does: its checksum (the store's, and of what its host noted), its stream, and
 * the records of its tables.
 * @param take is given the bytes of an object that contains no data, in order
 * @throws {S3Error} when the server can't be reached, or the signal's reason
 */
export async function readObject(
  client: S3Client,
  object: ListedObject,
  settings: DownloadSettings,
  facts: {
    readonly data?: DataObject | undefined;
    readonly stored?: StoredAs | undefined;
    /** An object without data that should be UTF-8. */
    readonly isText?: boolean;
    /** Is told of each range that has been read, in bytes. */
    readonly moved: (bytes: number) => void;
  },
  take?: (bytes: Uint8Array) => void,
): Promise<ObjectRead> {
  const { data, stored, moved, isText = false } = facts;
  const text = isText ? new Utf8Check() : undefined;
  let refusal: S3Error | undefined;
  const findings: VerifyFinding[] = [];
  const find = (kind: VerifyFinding['kind'], detail: string): void => {
    findings.push({ kind, key: object.key, detail });
  };
  const tables = new TableRows(data?.parts ?? [], data?.isUtf8 === true);
  const decoder = decoderOf(data?.compression ?? 'none', (piece) => {
    if (data !== undefined) tables.push(piece);
    text?.push(piece);
    take?.(piece);
  });
  const sink = new DecodingSink(decoder, moved);
  try {
    await download(client, object.key, sink, settings);
    await decoder.end();
    if (text?.isValid() === false) find('checksum', NOT_UTF8);
    for (const { kind, detail } of tables.end(data?.parts[0]?.range !== undefined)) find(kind, detail);
  } catch (error) {
    decoder.close();
    if (error instanceof DecodeError) find(error.isCut ? 'size' : 'checksum', error.message);
    else if (error instanceof ChecksumError)
      find('checksum', error.message.replace(/^.*? is damaged: /s, 'is damaged: '));
    else {
      const refused = refusalOf(error);
      if (refused === undefined) throw error;
      const isOfMany =
        error instanceof S3Error && error.status !== 404 && error.code !== 'InvalidObjectState';
      if (isOfMany) refusal = error;
      find(refused.kind, refused.detail);
    }
  }
  if (findings.length > 0)
    return { rows: new Map(), bytes: sink.written, uncompressed: tables.bytes, findings, refusal };
  if (stored !== undefined) for (const { kind, detail } of differences(stored, sink)) find(kind, detail);
  return {
    rows: tables.rows(),
    bytes: sink.written,
    uncompressed: Math.max(tables.bytes, sink.written),
    findings,
  };
}

function differences(stored: StoredAs, sink: DecodingSink): Pick<VerifyFinding, 'kind' | 'detail'>[] {
  if (stored.size !== sink.written)
    return [{ kind: 'size', detail: `has ${sink.written} bytes; ${stored.host} stored ${stored.size}` }];
  if (stored.crc32 === undefined || stored.crc32 === sink.crc32) return [];
  const detail = `has the CRC32 ${crc32ToHex(sink.crc32)}; ${stored.host} stored ${crc32ToHex(stored.crc32)}`;
  return [{ kind: 'checksum', detail }];
}

/** What is downloaded goes through the decoder. */
class DecodingSink implements Sink {
  written = 0;
  crc32 = 0;
  readonly #decoder: Decoder;
  readonly #moved: (bytes: number) => void;

  constructor(decoder: Decoder, moved: (bytes: number) => void) {
    this.#decoder = decoder;
    this.#moved = moved;
  }

  get begun(): boolean {
    return this.written > 0;
  }

  async write(bytes: Uint8Array, signal: AbortSignal): Promise<void> {
    signal.throwIfAborted();
    this.crc32 = crc32(bytes, this.crc32);
    this.written += bytes.length;
    const { length } = bytes;
    await this.#decoder.push(bytes);
    this.#moved(length);
  }
}
