import { CAPABILITIES, type Capability, type Seen } from '../capabilities.ts';
import type { SeenLine } from '../record.ts';

/** What was seen of one server. */
export interface ServerResult {
  readonly title: string;
  readonly kind: SeenLine['kind'];
  readonly seen: Readonly<Partial<Record<Capability, Seen>>>;
}

/** The content of docs/compatibility.json, by the servers' names. */
export type Results = Readonly<Record<string, ServerResult>>;

const ORDER = Object.keys(CAPABILITIES) as readonly Capability[];

/** What the lines of a run say, server by server; capabilities in the document's order. */
export function resultsOf(lines: readonly SeenLine[]): Results {
  const servers = new Map<string, Map<Capability, Seen>>();
  const heads = new Map<string, Pick<SeenLine, 'title' | 'kind'>>();
  for (const { name, title, kind, capability, ...seen } of lines) {
    heads.set(name, { title, kind });
    const server = servers.get(name) ?? new Map<Capability, Seen>();
    servers.set(name, server.set(capability, seen));
  }
  return Object.fromEntries(
    [...heads].map(([name, head]) => {
      const seen = servers.get(name) ?? new Map<Capability, Seen>();
      const sorted = ORDER.flatMap((id) => {
        const one = seen.get(id);
        return one === undefined ? [] : [[id, one] as const];
      });
      return [name, { ...head, seen: Object.fromEntries(sorted) }];
    }),
  );
}

/** Earlier results with those of a run in place of what they were; servers in the order of `names`, others behind. */
export function merged(earlier: Results, run: Results, names: readonly string[]): Results {
  const all = { ...earlier, ...run };
  const rank = (name: string): number => (names.includes(name) ? names.indexOf(name) : names.length);
  return Object.fromEntries(
    Object.entries(all).toSorted(([a], [b]) => rank(a) - rank(b) || (a < b ? -1 : 1)),
  );
}

/** In words, where a run saw something else than what is written. */
export function differences(written: Results, run: Results): string[] {
  return Object.entries(run).flatMap(([name, { title, seen }]) => {
    const before = written[name];
    if (before === undefined) return [`${name} is not in the document`];
    const ids = ORDER.filter((id) => told(before.seen[id]) !== told(seen[id]));
    return [
      ...(before.title === title ? [] : [`${name}: was "${before.title}", is "${title}"`]),
      ...ids.map((id) => `${name}, ${id}: was ${told(before.seen[id])}, is ${told(seen[id])}`),
    ];
  });
}

function told(seen: Seen | undefined): string {
  if (seen === undefined) return 'not there';
  return seen.fact === undefined ? seen.value : `${seen.value} (${seen.fact})`;
}
