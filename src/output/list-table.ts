import { escapeControls } from '../log/line.ts';
import type { Listed } from './result.ts';

const HEADER = { name: 'NAME', size: 'SIZE(bytes)' };
/** Wide enough for any size that S3 knows; names follow the first page's longest. */
const SIZE_WIDTH = 15;

/**
 * A table of keys and sizes, a page's rows at a time. A name stays on one line; on a terminal no control character of
 * a hostile key is shown as it is.
 */
export async function* listTable(
  pages: AsyncIterable<readonly Listed[]>,
  terminal: boolean,
): AsyncGenerator<string> {
  const show = terminal ? escapeControls : (name: string): string => name.replaceAll('\n', '\\n');
  let width: number | undefined;
  const row = (name: string, size: string): string =>
    `${name.padEnd(width ?? 0)} ${size.padStart(SIZE_WIDTH)}\n`;
  const begin = (names: readonly string[]): string => {
    if (width !== undefined) return '';
    width = Math.max(HEADER.name.length, ...names.map((name) => name.length));
    return row(HEADER.name, HEADER.size);
  };
  for await (const page of pages) {
    if (page.length === 0) continue;
    const rows = page.map(({ key, size }) => ({ name: show(key), size: String(size) }));
    yield begin(rows.map(({ name }) => name)) + rows.map(({ name, size }) => row(name, size)).join('');
  }
  if (width === undefined) yield begin([]);
}
