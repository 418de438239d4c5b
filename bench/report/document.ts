import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { type Pieces, withPieces } from '../../lab/markdown/markers.ts';
import { type Case, GROUPS, type Group } from '../cases/case.ts';
import type { CaseResult, Results } from '../results.ts';
import { bars } from './bars.ts';
import { caseTable } from './case-table.ts';
import { processesTable, sizeTable, tablesTable } from './growth-tables.ts';
import { goalTable } from './judgement.ts';

/** Groups with a picture, and its title. */
export const PICTURES: Readonly<Partial<Record<Group, string>>> = {
  'start-up': 'Start-up and one small object',
  up: 'A stream into the bucket',
  down: 'A stream out of the bucket',
  network: '30 ms and 60 MB/s a connection; https',
  crowds: 'Many processes',
  slow: 'Slow partners, and a filtered restore',
};

/** The file of a group's picture. */
export function pictureName(group: Group): string {
  return `performance-${group}.svg`;
}

/** Everything that the bench writes into the document. Cases that were not measured say so. */
export function piecesOf(results: Results, cases: readonly Case[]): Pieces {
  const tables = cases
    .filter(({ group }) => group !== 'growth')
    .map(({ id }): [string, string] => {
      const result = results.cases[id];
      return [id, result === undefined ? 'Not measured.' : caseTable(result)];
    });
  const { cores, processor, memory, kernel } = results.machine;
  return {
    ...Object.fromEntries(tables),
    machine: [
      `${cores} cores (${processor}), ${memory} GB, Linux ${kernel}. Compared with: ${results.versions.join(', ') || 'nothing'}.`,
      ...(results.quick ? ['A quick bench: it shows that everything works; the figures mean nothing.'] : []),
    ].join('\n\n'),
    goals: goalTable(results),
    'growth-sizes': sizeTable(results),
    'growth-tables': tablesTable(results),
    'growth-processes': processesTable(results),
  };
}

/** Writes document, data and pictures into `folder`; `template` is the document as it is. */
export async function writeDocument(
  folder: string,
  template: string,
  results: Results,
  cases: readonly Case[],
): Promise<void> {
  mkdirSync(folder, { recursive: true });
  await Bun.write(join(folder, 'performance.md'), withPieces(template, piecesOf(results, cases)));
  await Bun.write(join(folder, 'performance.json'), `${JSON.stringify(results, null, 1)}\n`);
  for (const group of GROUPS) {
    const title = PICTURES[group];
    const measured = cases.flatMap((one): CaseResult[] => {
      const result = results.cases[one.id];
      return one.group === group && result !== undefined ? [result] : [];
    });
    if (title !== undefined && measured.length > 0) {
      await Bun.write(join(folder, pictureName(group)), `${bars(title, measured)}\n`);
    }
  }
}
