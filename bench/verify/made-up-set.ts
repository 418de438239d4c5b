import { gunzipSync, gzipSync, zstdCompressSync } from 'node:zlib';
import { setFiles } from '../../lab/sets.ts';

export type Form = 'gzip' | 'zstd' | 'none';

const EXTENSIONS = { gzip: '.gz', zstd: '.zst', none: '' };
const COMPRESS = {
  gzip: (bytes: Uint8Array): Uint8Array => gzipSync(bytes, { level: 1 }),
  zstd: (bytes: Uint8Array): Uint8Array => zstdCompressSync(bytes),
  none: (bytes: Uint8Array): Uint8Array => bytes,
};

/** A real set of two tables on two segments. */
export const TIMESTAMP = '20261125025405';
const CUSTOMERS = 64872;

/** Rows as they are in tables of sales: numbers, dates, names, some texts in quotes with line breaks. */
function rowsOf(bytes: number): { readonly csv: Uint8Array; readonly rows: number } {
  const lines: string[] = [];
  let length = 0;
  for (let id = 0; length < bytes; id += 1) {
    const day = `2026-${String((id % 12) + 1).padStart(2, '0')}-${String((id % 28) + 1).padStart(2, '0')}`;
    const note = id % 9 === 0 ? `"ordered ${day},\nto be ""sent"" later"` : `${day} ${(id * 7919) % 100_003}`;
    const line = `${id},customer ${(id * 37) % 50_021},${note}\n`;
    lines.push(line);
    length += line.length;
  }
  return { csv: Buffer.from(lines.join('')), rows: lines.length };
}

/** The files of that set whose table of customers has so many bytes of CSV on each segment, in one of the forms. */
export function madeUpSet(form: Form, bytes: number): Map<string, Uint8Array> {
  const { csv, rows } = rowsOf(bytes);
  const large = COMPRESS[form](csv);
  const files = new Map<string, Uint8Array>();
  for (const { key, content } of setFiles(TIMESTAMP)) {
    if (key.endsWith('.gz')) {
      const isLarge = key.includes(`_${CUSTOMERS}.gz`);
      const data = isLarge ? large : COMPRESS[form](gunzipSync(content));
      files.set(key.replace(/\.gz$/, EXTENSIONS[form]), data);
    } else {
      const text = Buffer.from(content)
        .toString()
        .replace('rowscopied: 901', `rowscopied: ${2 * rows}`)
        .replace('compressed: true', `compressed: ${form !== 'none'}`)
        .replace('compressiontype: gzip', `compressiontype: ${form === 'zstd' ? 'zstd' : 'gzip'}`);
      files.set(key, Buffer.from(text));
    }
  }
  return files;
}
