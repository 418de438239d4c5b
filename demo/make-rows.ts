import { closeSync, openSync, writeSync } from 'node:fs';
import { type SegmentData, TABLES, type TableData, tablePath } from './tables.ts';

/**
 * Makes one segment's tables: `bun make-rows.ts SEED DATA_FOLDER` writes the CSV files and prints what is in
 * them, a SegmentData as JSON.
 */
const CHUNK_ROWS = 1000;

/** Marsaglia's xorshift32: the same rows for the same seed. */
function randomNumbers(seed: number): () => number {
  let state = seed >>> 0 || 1;
  return () => {
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    return state >>> 0;
  };
}

function row(id: number, random: () => number): string {
  const day = String(1 + (random() % 28)).padStart(2, '0');
  const noise = Array.from({ length: 4 }, () => random().toString(36)).join('-');
  const price = `${random() % 10_000}.${String(random() % 100).padStart(2, '0')}`;
  return `${id},2026-01-${day} 12:00:00,customer ${random() % 5000},${price},"delivered, in full",${noise}\n`;
}

type Hasher = Bun.CryptoHasher;
const newHasher = (): Hasher => new Bun.CryptoHasher('sha256');

/** Writes one table; its bytes go to `hashers` as well. */
function makeTable(path: string, bytes: number, random: () => number, hashers: readonly Hasher[]): TableData {
  const file = openSync(path, 'wx');
  const own = newHasher();
  let size = 0;
  let id = 1;
  let rows = 0;
  try {
    while (size < bytes) {
      let text = '';
      for (let count = 0; count < CHUNK_ROWS && size + text.length < bytes; count += 1) {
        text += row(id, random);
        id += 1;
        rows += 1;
      }
      const chunk = Buffer.from(text);
      for (const hasher of [own, ...hashers]) hasher.update(chunk);
      for (let done = 0; done < chunk.length; ) done += writeSync(file, chunk, done);
      size += chunk.length;
    }
  } finally {
    closeSync(file);
  }
  return { size, rows, sha256: own.digest('hex') };
}

const [seed, folder = ''] = process.argv.slice(2);
const random = randomNumbers(Number(seed));
const whole = newHasher();
const wanted = newHasher();
const tables = TABLES.map((table) =>
  makeTable(tablePath(folder, table), table.bytes, random, table.wanted ? [whole, wanted] : [whole]),
);
const made: SegmentData = { tables, whole: whole.digest('hex'), wanted: wanted.digest('hex') };
process.stdout.write(JSON.stringify(made));
