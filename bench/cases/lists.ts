import type { Case, Scale } from './case.ts';

const OBJECTS = 2000;

/** Folders of many backups, which are listed as operators do: the others add up the sizes of all objects there. */
export function listCases({ pick }: Scale): readonly Case[] {
  const sizes = [
    ['list-backups-1000', 1000],
    ['list-backups-10000', 10_000],
  ] as const;
  return sizes.map(([id, full]) => {
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
}
