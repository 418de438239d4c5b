import { PluginError } from '../base/plugin-error.ts';
import { DecodeError, type Decoder, decoderOf } from '../codec/decoder.ts';
import type { S3Client } from '../s3/client.ts';
import { getRange } from '../s3/operations/get-range.ts';
import type { ObjectFacts } from '../s3/operations/object-facts.ts';
import { CsvReader } from './csv-reader.ts';
import { objectOfPiece, type TableData, type TableObject, type TablePiece } from './table-data.ts';
import { readDefinition } from './table-definition.ts';

/** The first rows of a table. */
export interface FirstRows {
  readonly columns: readonly string[];
  /** NULL is null. */
  readonly rows: readonly (readonly (string | null)[])[];
  /** Whether these are all rows. */
  readonly complete: boolean;
  /** Bytes that were read of data objects. */
  readonly read: number;
  /** Bytes of a compressed stream in front of the table that had to be decompressed. */
  readonly skipped: number;
}

/** Bytes of the first request; each further one asks for four times as many, up to the last. */
const FIRST = 64 * 1024;
const LARGEST = 4 * 1024 * 1024;

/**
 * Reads the first rows, `most` at most, segment after segment until there are enough, and no more bytes than that takes.
 * @throws {S3Error} {PluginError} where what is read is damaged
 */
export async function firstRows(client: S3Client, data: TableData, most: number): Promise<FirstRows> {
  const columns = (await readDefinition(client, data)).columns.map(({ name }) => name);
  const reader = new CsvReader(most);
  const spent = { read: 0, skipped: 0 };
  for (const piece of data.pieces) {
    for (const content of piece.contents) {
      if (reader.isFull) return { columns, rows: reader.rows, complete: false, ...spent };
      const object = await objectOfPiece(client, piece, content);
      if (object !== undefined) await readInto(client, piece, object, reader, spent);
    }
  }
  return { columns, rows: reader.rows, complete: !reader.isFull, ...spent };
}

async function readInto(
  client: S3Client,
  { compression }: TablePiece,
  { key, range }: TableObject,
  reader: CsvReader,
  spent: { read: number; skipped: number },
): Promise<void> {
  // Of an uncompressed stream the bytes in front need not be read.
  const isDirect = compression === 'none';
  const first = isDirect ? (range?.start ?? 0) : 0;
  const last = isDirect ? (range?.end ?? Infinity) : Infinity;
  const ahead = {
    skip: isDirect ? 0 : (range?.start ?? 0),
    left: range === undefined ? Infinity : range.end - range.start,
  };
  spent.skipped += ahead.skip;
  const decoder: Decoder = decoderOf(compression, (piece) => {
    const useful = piece.subarray(
      Math.min(ahead.skip, piece.length),
      Math.min(piece.length, ahead.skip + ahead.left),
    );
    ahead.skip = Math.max(0, ahead.skip - piece.length);
    ahead.left -= useful.length;
    reader.push(useful);
  });
  try {
    let expected: ObjectFacts | undefined;
    for (
      let start = first, length = FIRST;
      start < last && ahead.left > 0 && !reader.isFull;
      length = Math.min(LARGEST, length * 4)
    ) {
      const end = Math.min(last, start + length);
      const { bytes, facts } = await getRange(client, {
        key,
        start,
        end,
        ...(expected === undefined ? {} : { expected }),
      });
      expected = facts;
      spent.read += bytes.length;
      start += bytes.length;
      await decoder.push(bytes);
      if (start < facts.size) continue;
      if (ahead.left > 0 && !reader.isFull) await decoder.end();
      break;
    }
  } catch (error) {
    if (!(error instanceof DecodeError)) throw error;
    throw new PluginError(`${client.url(key)} ${error.message}`, {
      hint: 'verify_backup --read shows what else is damaged',
      cause: error,
    });
  } finally {
    decoder.close();
  }
  reader.endObject();
}
