import { expect, test } from 'bun:test';
import { setFiles } from '../../lab/sets.ts';
import { type StatementEntry, StatementEntryReader } from '../../src/catalogue/statement-entries.ts';

function entriesOf(text: string, piece = text.length + 1): StatementEntry[] {
  const entries: StatementEntry[] = [];
  const reader = new StatementEntryReader((entry) => entries.push(entry));
  for (let at = 0; at < text.length; at += piece) reader.push(text.slice(at, at + piece));
  reader.end();
  return entries;
}

const TOC = new TextDecoder().decode(
  setFiles('20261125025344').find(({ key }) => key.endsWith('gpbackup_20261125025344_toc.yaml'))?.content,
);

test('of a real set they follow each other to the end of their files, in pieces of any length', () => {
  const entries = entriesOf(TOC);
  for (const [section, end] of [
    ['predataentries', 5598],
    ['statisticsentries', 16_215],
  ] as const)
    expect(Math.max(...entries.filter((entry) => entry.section === section).map((entry) => entry.end))).toBe(
      end,
    );
  expect(entries.filter(({ type, name }) => type === 'TABLE' && name === 'customers').length).toBe(2);
  for (const piece of [1, 7, 1000]) expect(entriesOf(TOC, piece)).toEqual(entries);
});

test('entries of data, and what has no place, are none', () => {
  const entries = entriesOf(`globalentries:
- schema: ""
  name: "a\\nb"
  objecttype: ROLE
  startbyte: 1
  endbyte: 2
- schema: ""
  name: nowhere
  objecttype: ROLE
dataentries:
- schema: s
  name: t
  startbyte: 1
  endbyte: 2
`);
  expect(entries).toEqual([
    { section: 'globalentries', schema: '', name: 'a\nb', type: 'ROLE', start: 1, end: 2 },
  ]);
});
