import { describe, expect, test } from 'bun:test';
import { allCommands } from '../../src/cli/all-commands.ts';
import { commandHelp, programHelp } from '../../src/cli/help.ts';
import { OPTIONS } from '../../src/config/options.ts';
import { DOCUMENTS, proseOf, ROOT, textOf } from './document.ts';

/** Phrases that are not English usage or were read twice, and what to write instead. */
const PHRASES: readonly (readonly [found: RegExp, better: string])[] = [
  [
    /\b(?:is|are) no (?:valid )?(?:timestamp|scope|number|offset|host|content id|path of|folder of)\b/,
    'is not a valid …',
  ],
  [/\bunder way\b/, 'in parallel, running'],
  [/\bat once are served\b/, 'in parallel'],
  [/\b(?:lies?|lay|lying) (?:beside|in)\b/, 'is next to, is in'],
  [/\b(?:stands?|stood) (?:in|beside|at|behind|under|still)\b/, 'is in, is next to, stops'],
  [/\bin brackets at\b/, 'in parentheses at'],
  [/\bwritten anew\b|\banew\b/, 'updated, again'],
  [/\bmends?\b|\bmended\b/, 'fixes'],
  [/\bmay be left\b/, 'may remain'],
  [/\bfewer when they would pass it\b|\bwould pass it\b/, 'parallelism is reduced to fit'],
  [/\bblanks?\b(?! lines?)/, 'space'],
  [/\bone a line\b|\bone an event\b/, 'one per line'],
  [/\bgives? no host\b/, 'returns no host name'],
  [/\bso no table looks complete that is not\b/i, 'say it plainly'],
];

/** Words that are right in some places, and were used too often in documents. */
const HABITS: readonly (readonly [found: RegExp, better: string])[] = [
  [/\bis whole\b|\bnot whole\b/, 'complete, incomplete'],
  [/\bbeside\b/, 'next to, besides'],
  [/(?<!legal )\bholds?\b/, 'contains'],
  [/\btold\b|\btells?\b/, 'logged, says'],
  [/\bhonoured\b/, 'used, overrides'],
  [/\basked\b/, 'tried, requested'],
];

const BY_SUITES = ['docs/compatibility.md', 'docs/reliability.md'];

/** Every match, with the words around it. */
function findings(
  name: string,
  text: string,
  phrases: readonly (readonly [found: RegExp, better: string])[],
): string[] {
  return phrases.flatMap(([found, better]) => {
    const match = found.exec(text);
    if (match === null) return [];
    const around = text.slice(Math.max(0, match.index - 40), match.index + match[0].length + 40);
    return [`${name}: "…${around.replace(/\s+/g, ' ')}…": better: ${better}`];
  });
}

/**
 * The prose of a document in one line, without code, which quotes messages as they are, and without what is generated:
 * its sources are looked at instead. The tables and lists of suites have the titles of their cases.
 */
function proseText(path: string): string {
  return proseOf(textOf(path))
    .filter(([, line]) => !(BY_SUITES.includes(path) && /^(?:\||- | {2})/.test(line)))
    .map(([, line]) => line)
    .join(' ')
    .replace(/<!-- [\w -]+: written by .*?<!-- end of [\w -]+ -->/gi, '')
    .replace(/`[^`]*`/g, '`');
}

describe('plain English', () => {
  test.each(DOCUMENTS)('%s', (path) => {
    expect(findings(path, proseText(path), [...PHRASES, ...HABITS])).toEqual([]);
  });

  test('the meanings of options', () => {
    const found = Object.entries(OPTIONS).flatMap(([name, { summary }]) =>
      findings(name, summary, [...PHRASES, ...HABITS]),
    );
    expect(found).toEqual([]);
  });

  test('--help of the program and of every command', async () => {
    const commands = await allCommands();
    const texts = Object.entries(commands).map(([name, entry]) => commandHelp(name, entry));
    expect([programHelp(commands), ...texts].flatMap((text) => findings('help', text, PHRASES))).toEqual([]);
  });

  const rooms = ['src', 'launcher', 'bench', 'demo', 'scripts'];
  test.each(rooms)('messages and comments of %s', (room) => {
    const files = [
      ...new Bun.Glob(`${room}/**/{*.ts,*.sh,*.mjs,gpbackup_s3_plugin}`).scanSync({ cwd: ROOT }),
    ];
    expect(files).not.toEqual([]);
    expect(files.flatMap((file) => findings(file, textOf(file), PHRASES))).toEqual([]);
  });

  test('a phrase is found where it is', () => {
    expect(findings('x', '"abc" is no timestamp of a backup', PHRASES)).toHaveLength(1);
    expect(findings('x', 'npm run format mends the format', PHRASES)).toHaveLength(1);
    expect(findings('x', 'fewer are under way at once', PHRASES)).toHaveLength(1);
    expect(findings('x', '"abc" is not a valid timestamp', PHRASES)).toEqual([]);
  });
});
