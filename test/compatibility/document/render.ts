import { table } from '../../../lab/markdown/markers.ts';
import { wrapped } from '../../../scripts/docs/markdown.ts';
import { providerTable } from '../../../scripts/provider-table.ts';
import { CAPABILITIES, type Capability, type Seen, type Value } from '../capabilities.ts';
import type { Results, ServerResult } from './results.ts';

const SIGNS: Readonly<Record<Value, string>> = { yes: 'yes', partly: 'partly', no: 'no', untried: '–' };

/** Rows whose cells show the fact itself. */
const SHOWN = new Set<Capability>(['backup-requests', 'restore-requests']);

const HEAD = `# Compatibility

\`npm run test:servers\` writes this page from what it saw; nobody edits it by hand.
[compatibility.json](compatibility.json) contains the same as data.

The suite runs all commands of the compiled program on each server. The config file contains only
endpoint, region, keys, bucket and folder. The suite then checks what is stored with the AWS SDK.
Every case passes on every server: \`no\` and \`partly\` describe the **server**. There the program
works in another way, or says clearly what is not possible. \`–\` means that this server was not set
up for that case.`;

const PLAYED = `## Providers, simulated by the test server

These services can't run on a developer's machine, and **none of them was tried**. The test server
simulates each: it refuses what the provider is documented to refuse or was seen to refuse, at an
address by which the program recognises the provider. The table shows how the program works with the
simulation, and says nothing else about the provider. An empty cell was not tried.`;

const KNOWN = `## What the program knows about providers

From the table of providers in the source. An endpoint of one of these needs no options for what
differs.`;

/** The whole of docs/compatibility.md. */
export function render(results: Results): string {
  const all = Object.values(results);
  const servers = all.filter(({ kind }) => kind === 'server');
  const profiles = all.filter(({ kind }) => kind === 'profile');
  const pieces = [
    HEAD,
    '## Real servers',
    grid(servers),
    ...servers.flatMap((server) => notes(server)),
    ...(profiles.length === 0 ? [] : [PLAYED, played(profiles), KNOWN, providerTable()]),
  ];
  return `${pieces.join('\n\n')}\n`;
}

const entries = Object.entries(CAPABILITIES) as readonly (readonly [Capability, string])[];

/** A row for each capability, a column for each server. */
function grid(servers: readonly ServerResult[]): string {
  const rows = entries
    .filter(([id]) => servers.some(({ seen }) => seen[id] !== undefined))
    .map(([id, title]) => [title, ...servers.map(({ seen }) => cell(id, seen[id]))]);
  return table(['', ...servers.map(({ title }) => title)], rows);
}

/** A row for each provider, since there are many, and a column for what differs among them. */
function played(profiles: readonly ServerResult[]): string {
  const cellsOf = (id: Capability): string[] => profiles.map(({ seen }) => cell(id, seen[id], ''));
  const told = entries.filter(([id]) => cellsOf(id).some((text) => text !== '' && text !== SIGNS.untried));
  const same = told.filter(([id]) => cellsOf(id).every((text) => text === SIGNS.yes));
  const differing = told.filter((entry) => !same.includes(entry));
  const rows = profiles.map(({ title, seen }) => [title, ...differing.map(([id]) => cell(id, seen[id], ''))]);
  return [
    table(['provider', ...differing.map(([, title]) => title)], rows),
    ...(same.length === 0 ? [] : [wrapped(`All of them: ${same.map(([, title]) => title).join('; ')}.`)]),
  ].join('\n\n');
}

function cell(id: Capability, seen: Seen | undefined, missing = SIGNS.untried): string {
  if (seen === undefined) return missing;
  if (SHOWN.has(id)) return String(seen.fact?.split(', ').length ?? SIGNS[seen.value]);
  if (id === 'sizes' && seen.fact !== undefined) return seen.fact;
  return SIGNS[seen.value];
}

/** What a server answers or does where it is not just yes. */
function notes({ title, seen }: ServerResult): string[] {
  const lines = entries.flatMap(([id, what]) => {
    const { fact, value = 'yes' } = seen[id] ?? {};
    return fact === undefined || SHOWN.has(id) ? [] : [wrapped(`- ${what}: ${SIGNS[value]}; ${fact}`, '  ')];
  });
  return lines.length === 0 ? [] : [`### ${title}`, lines.join('\n')];
}
