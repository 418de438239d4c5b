import { join } from 'node:path';
import { table } from '../../lab/markdown/markers.ts';
import { wrapped } from '../../scripts/docs/markdown.ts';
import type { MutationSummary } from '../mutations/results.ts';
import { SOAK_COMMANDS, type SoakResult } from '../soak/result.ts';
import { type CaseRecord, caseName, FAULT_GROUPS } from './record.ts';

/** What docs/reliability.json holds: all that docs/reliability.md is made from. */
export interface Reliability {
  readonly cases: readonly CaseRecord[];
  /** Of the last long soak; absent before the first one. */
  readonly soak?: SoakResult;
  /** Of the last `npm run mutate`; absent before the first one. */
  readonly mutations?: MutationSummary;
}

const DATA = 'reliability.json';
const DOCUMENT = 'reliability.md';

/** @returns what was recorded so far; nothing when there is no such file. */
export async function readReliability(folder: string): Promise<Reliability> {
  const file = Bun.file(join(folder, DATA));
  return (await file.exists()) ? ((await file.json()) as Reliability) : { cases: [] };
}

/** Writes data and document. */
export async function writeReliability(folder: string, reliability: Reliability): Promise<void> {
  const sorted = { ...reliability, cases: inOrder(reliability.cases) };
  await Bun.write(join(folder, DATA), `${JSON.stringify(sorted, null, 1)}\n`);
  await Bun.write(join(folder, DOCUMENT), renderReliability(sorted));
}

/** The records of `run` in place of those of the same cases; others stay only when not all cases were to run. */
export function mergedCases(
  kept: readonly CaseRecord[],
  run: readonly CaseRecord[],
  ranAll: boolean,
): CaseRecord[] {
  const names = new Set(run.map(caseName));
  return inOrder([...(ranAll ? [] : kept.filter((record) => !names.has(caseName(record)))), ...run]);
}

function inOrder(cases: readonly CaseRecord[]): CaseRecord[] {
  return cases.toSorted(
    (a, b) =>
      FAULT_GROUPS.indexOf(a.group) - FAULT_GROUPS.indexOf(b.group) ||
      (a.title < b.title ? -1 : a.title > b.title ? 1 : 0),
  );
}

const ABOUT: Readonly<Record<CaseRecord['group'], string>> = {
  Network:
    'A proxy between the program and a real server (SeaweedFS) disturbs the connection as the case says. The sources of credentials are played.',
  'Server answers':
    'A proxy replaces the answers of a real server with these. What only a server can get wrong comes from the test server, and the sources of credentials are played.',
  Process: 'The program itself is disturbed: signals, closed pipes, a lack of memory, disk or descriptors.',
  'Restore integrity': 'Stored objects are changed before or during a restore.',
  'Bad input': 'Invalid config files, paths, offsets and keys.',
};

/** The whole document. */
export function renderReliability({ cases, soak, mutations }: Reliability): string {
  const groups = FAULT_GROUPS.map((group) => ({
    group,
    records: cases.filter((record) => record.group === group),
  })).filter(({ records }) => records.length > 0);
  return `${[
    '# Reliability',
    wrapped(
      'The faults that the program was tested with. `npm run test:faults`, `npm run soak` and `npm run mutate` write this page from what they saw ([reliability.json](reliability.json)); nobody edits it by hand.',
    ),
    wrapped(
      'After every operation of every case the suite checks the store with another client. Two outcomes pass:',
    ),
    [
      '- **survived**: exit code 0, nothing on stderr, and the bytes were compared and are equal;',
      wrapped(
        '- **failed cleanly**: an exit code other than 0 and a message in words (none after SIGKILL). Nothing incomplete is taken for complete: there is no incomplete object, no unfinished upload and no temporary file (if the store could be reached and the process was not killed), and a restore that broke off also fails the program that reads from it.',
        '  ',
      ),
    ].join('\n'),
    'An operation with any other outcome makes its case fail. A case that failed is not on this page.',
    '## Faults',
    cases.length === 0 ? 'Not run yet.' : totals(cases),
    ...groups.map(
      ({ group, records }) => `### ${group}\n\n${wrapped(ABOUT[group])}\n\n${caseTable(records)}`,
    ),
    '## Soak',
    soak === undefined ? 'Not run yet.' : soakText(soak),
    '## Mutations',
    mutations === undefined ? 'Not run yet.' : mutationText(mutations),
  ].join('\n\n')}\n`;
}

function totals(cases: readonly CaseRecord[]): string {
  const sum = (name: 'tried' | 'survived' | 'failedCleanly'): string =>
    count(cases.reduce((total, record) => total + record[name], 0));
  return `${cases.length} cases, ${sum('tried')} operations: ${sum('survived')} survived, ${sum('failedCleanly')} failed cleanly.`;
}

function caseTable(records: readonly CaseRecord[]): string {
  return table(
    ['case', 'tried', 'survived', 'failed cleanly'],
    records.map(({ title, tried, survived, failedCleanly }) => [
      inCell(title),
      ...[tried, survived, failedCleanly].map(count),
    ]),
  );
}

/** A title may contain what Markdown takes for the end of a cell, or for a tag. */
function inCell(text: string): string {
  return text.replaceAll('|', '\\|').replaceAll('<', '\\<');
}

function GB(bytes: number): string {
  return `${(bytes / 1e9).toFixed(1)} GB`;
}

function MB(bytes: number): string {
  return `${(bytes / 1024 / 1024).toFixed(0)} MB`;
}

function count(value: number): string {
  return value.toLocaleString('en');
}

function soakText(soak: SoakResult): string {
  const { machine, memory, bytes, commands, faults } = soak;
  const minutes = (soak.seconds / 60).toFixed(1);
  const ofFaults = Object.entries(faults).toSorted(([a], [b]) => (a < b ? -1 : 1));
  const facts = [
    `${minutes} minutes, ${soak.processes} processes in parallel, with ${soak.server} behind a proxy with random faults (seed ${soak.seed}), on ${machine.cores} cores (${machine.processor}), ${machine.memory} GB, Linux ${machine.kernel}.`,
    `${GB(bytes.up)} backed up and ${GB(bytes.down)} restored completely, every byte compared. ${count(soak.killed)} processes were ended by SIGKILL or SIGTERM during a backup.`,
    `Peak resident memory of one process: median ${MB(memory.median)}, 99 % ${MB(memory.p99)}, the largest ${MB(memory.max)} (${count(memory.measured)} processes lived long enough to be measured).`,
    `The bucket was emptied by delete_backup and checked ${soak.rounds === 1 ? 'once' : `${soak.rounds} times`}: no object, no unfinished upload. No temporary file remained.`,
  ];
  return [
    ...facts.map((fact) => wrapped(fact)),
    table(
      ['command', 'survived', 'failed cleanly', 'largest memory'],
      SOAK_COMMANDS.map((name) => [
        name,
        count(commands[name].survived),
        count(commands[name].failedCleanly),
        MB(memory.largest[name]),
      ]),
    ),
    table(
      ['fault', 'times'],
      ofFaults.map(([name, times]) => [name, count(times)]),
    ),
  ].join('\n\n');
}

function list(lines: readonly string[]): string {
  return lines.map((line) => `- ${inCell(line)}`).join('\n');
}

function mutationText({ tried, killed, untried, survivors, equivalent }: MutationSummary): string {
  return [
    wrapped(
      'Small changes to the program, each of which would harm its users, are made one at a time in a copy of the sources. Then the tests that should detect the change are run (`npm run mutate`; the list is in `test/mutations`). A change that no test detects is a survivor.',
    ),
    wrapped(
      `${count(tried)} tried, ${count(killed)} killed, ${count(survivors.length)} survived, ${count(equivalent.length)} equivalent${untried === 0 ? '' : `, ${count(untried)} not tried since they or their tests changed`}.`,
    ),
    ...(survivors.length === 0 ? [] : ['Survivors:', list(survivors)]),
    ...(equivalent.length === 0
      ? []
      : [
          'Equivalent (no test can detect them, for the reason given):',
          equivalent.map(({ name, reason }) => wrapped(`- ${name}: ${reason}`, '  ')).join('\n'),
        ]),
  ].join('\n\n');
}
