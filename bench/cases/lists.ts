import type { Case, Scale } from './case.ts';

const OBJECTS = 2000;
/** The timestamp of the first backup that the sink makes up. */
const FIRST = '20000101000000';

/** Folders of many backups, which are listed as operators do: the others add up the sizes of all objects there. */
export function listCases({ pick }: Scale): readonly Case[] {
  const sizes = [
    ['list-backups-1000', 1000],
    ['list-backups-10000', 10_000],
  ] as const;
  const lists = sizes.map(([id, full]): Case => {
    const sets = pick(full, full / 100);
    return {
      id,
      group: 'lists',
      title: `\`list_backups\`: ${sets.toLocaleString('en')} backups of ${OBJECTS.toLocaleString('en')} objects (the others: the size of all objects)`,
      runs: 1,
      bytes: 0,
      patience: 150,
      limit: 1200,
      processes: () => 1,
      lanes: (peer, { http }) => {
        const client = peer.command({ kind: 'list', folder: `sets-${sets}x${OBJECTS}` }, http);
        return client && [{ client }];
      },
    };
  });
  return [...lists, ...asked(pick)];
}

/** What other commands of an operator cost, in the same kind of folder. */
function asked(pick: Scale['pick']): readonly Case[] {
  const sets = pick(100, 3);
  const cases = [
    ['report', ['report', '--last', String(sets)], `\`report\`: the page of ${sets} backups`],
    ['metrics', ['metrics'], `\`metrics\` of ${sets} backups`],
    ['verify-quick', ['verify_backup', FIRST], '`verify_backup`: one backup by its lists'],
  ] as const;
  return cases.map(([id, asks, title]) => ({
    id,
    group: 'lists',
    title: `${title} of ${OBJECTS.toLocaleString('en')} objects`,
    runs: 3,
    bytes: 0,
    only: 'ours',
    processes: () => 1,
    lanes: (peer, { http }) => {
      const client = peer.command({ kind: 'list', folder: `sets-${sets}x${OBJECTS}`, asks }, http);
      return client && [{ client }];
    },
  }));
}
