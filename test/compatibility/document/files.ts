import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { SeenLine } from '../record.ts';
import { render } from './render.ts';
import type { Results } from './results.ts';

const docs = join(import.meta.dir, '..', '..', '..', 'docs');
export const DATA = join(docs, 'compatibility.json');
export const TEXT = join(docs, 'compatibility.md');

/** What docs/compatibility.json says; nothing when it is not there. */
export function readResults(): Results {
  return existsSync(DATA) ? (JSON.parse(readFileSync(DATA, 'utf8')) as Results) : {};
}

/** Writes data and text. */
export async function writeResults(results: Results): Promise<void> {
  await Bun.write(DATA, `${JSON.stringify(results, null, 1)}\n`);
  await Bun.write(TEXT, render(results));
}

/** The lines that the suite's processes have appended to a file. */
export function readLines(file: string): SeenLine[] {
  if (!existsSync(file)) return [];
  const lines = readFileSync(file, 'utf8').split('\n');
  return lines.filter((line) => line !== '').map((line) => JSON.parse(line) as SeenLine);
}
