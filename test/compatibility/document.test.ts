import { describe, expect, test } from 'bun:test';
import { readFileSync } from 'node:fs';
import { serversNamed } from '../../lab/servers/registry.ts';
import { CAPABILITIES } from './capabilities.ts';
import { cases } from './cases/index.ts';
import { deviationsOf } from './deviations.ts';
import { readResults, TEXT } from './document/files.ts';
import { render } from './document/render.ts';
import { differences, merged, type Results, resultsOf } from './document/results.ts';
import type { SeenLine } from './record.ts';

const line = (name: string, capability: SeenLine['capability'], value: SeenLine['value']): SeenLine => ({
  name,
  title: `Server ${name}`,
  kind: 'server',
  capability,
  value,
});

const run = resultsOf([
  line('b', 'https', 'no'),
  line('b', 'commands', 'yes'),
  line('a', 'https', 'untried'),
]);

describe('docs/compatibility', () => {
  const written = readResults();

  test('the text is what the data render to', () => {
    expect(readFileSync(TEXT, 'utf8')).toBe(render(written));
  });

  test('has every server of every run, and all that the suite shows of it', () => {
    for (const { name, title } of serversNamed([])) {
      expect([name, written[name]?.title]).toEqual([name, title]);
      expect(Object.keys(written[name]?.seen ?? {}).toSorted()).toEqual(Object.keys(CAPABILITIES).toSorted());
    }
  });

  test('what a server lacks is what is known of it', () => {
    for (const [name, { kind, seen }] of Object.entries(written)) {
      if (kind !== 'server') continue;
      const lacking = Object.entries(seen).filter(([, { value }]) => value === 'no' || value === 'partly');
      expect([name, ...lacking.map(([id]) => id).toSorted()]).toEqual([
        name,
        ...Object.keys(deviationsOf(name)).toSorted(),
      ]);
    }
  });

  test('every capability is shown by one case', () => {
    const shown = cases.flatMap(({ shows }) => shows);
    expect(shown.toSorted()).toEqual((Object.keys(CAPABILITIES) as typeof shown).toSorted());
  });
});

describe('results', () => {
  test('are put together by server, in the order of the capabilities', () => {
    expect(Object.keys(run)).toEqual(['b', 'a']);
    expect(Object.keys(run['b']?.seen ?? {})).toEqual(['commands', 'https']);
  });

  test('of a run take the place of earlier ones, in the order of the servers', () => {
    const earlier: Results = { c: { title: 'C', kind: 'server', seen: {} }, ...run };
    const all = merged(earlier, resultsOf([line('b', 'https', 'yes')]), ['a', 'b']);
    expect(Object.keys(all)).toEqual(['a', 'b', 'c']);
    expect(all['b']?.seen).toEqual({ https: { value: 'yes' } });
  });

  test('that differ from what is written are told one by one', () => {
    expect(differences(run, run)).toEqual([]);
    const now = resultsOf([
      line('b', 'https', 'yes'),
      line('b', 'commands', 'yes'),
      line('n', 'https', 'no'),
    ]);
    expect(differences(run, now)).toEqual(['b, https: was no, is yes', 'n is not in the document']);
  });

  test('say in the text what the server answered', () => {
    const text = render({
      a: { title: 'A', kind: 'server', seen: { https: { value: 'no', fact: 'nothing listens' } } },
      p: { title: 'P', kind: 'profile', seen: { https: { value: 'yes' } } },
    });
    expect(text).toContain('| https | no |');
    expect(text).toContain('- https: no; nothing listens');
    expect(text).toContain('## Providers, simulated');
  });
});
