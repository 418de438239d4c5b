import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { formatSize, MiB } from '../../src/base/bytes.ts';
import { execLine, type Lane, quote } from '../measure/lane.ts';
import type { Peer } from '../peers/peer.ts';
import type { Case, Group, Place, Scale } from './case.ts';
import { up } from './streams.ts';

const TABLE = 1024;
/** Tables that are backed up at the same time. */
const LANES = 2;
/** Of how many processes at once, and how many tables one after the other, growth is measured. */
export const PROCESSES = [1, 4, 16, 64, 256] as const;
export const TABLES = [1, 10, 100, 1000] as const;

/** Many processes: at once, and one after the other. */
export function crowdCases({ quick, pick }: Scale): readonly Case[] {
  const size = pick(64, 2) * MiB;
  const small = pick(16, 1) * MiB;
  const crowd = pick(64, 3);
  return [
    {
      id: 'at-once-64',
      group: 'crowds',
      title: `${crowd} processes at once, ${formatSize(size)} up each`,
      runs: pick(2, 1),
      bytes: crowd * size,
      processes: () => crowd,
      lanes: (peer, place) => atOnce(peer, place, crowd, size),
    },
    tables('tables-2000', 'crowds', pick(2000, 4), 1, (peer) => pick(peer.tables, 4)),
    ...TABLES.map((count) => ({
      ...tables(`tables-${count}`, 'growth', pick(count, Math.min(count, 2)), count > 100 ? 1 : pick(3, 1)),
      only: 'ours' as const,
    })),
    ...PROCESSES.map((wanted): Case => {
      const count = quick ? Math.min(wanted, 2) : wanted;
      return {
        id: `processes-${wanted}`,
        group: 'growth',
        title: `${count} processes at once, ${formatSize(small)} up each`,
        runs: wanted > 16 ? 1 : pick(3, 1),
        bytes: count * small,
        processes: () => count,
        only: 'ours',
        lanes: (peer, place) => atOnce(peer, place, count, small),
      };
    }),
  ];
}

function atOnce(peer: Peer, { http }: Place, count: number, bytes: number): readonly Lane[] | undefined {
  const lanes = Array.from({ length: count }, (_, index) => up(peer, http, bytes, `crowd-${index}`)?.[0]);
  return lanes.every((lane) => lane !== undefined) ? lanes : undefined;
}

/** A table a process. The shell that starts them is measured with them: it costs the same for every peer. */
function tables(
  id: string,
  group: Group,
  count: number,
  runs: number,
  countFor: (peer: Peer) => number = () => count,
): Case {
  return {
    id,
    group,
    title: `${count.toLocaleString('en')} tables of 1 kB, one process each, ${LANES} at a time`,
    runs,
    bytes: 0,
    processes: countFor,
    lanes: (peer, place) => {
      const input = place.file(TABLE);
      const commands = Array.from({ length: countFor(peer) }, (_, index) =>
        peer.command({ kind: 'up', name: `table-${index}` }, place.http),
      );
      if (!commands.every((command) => command !== undefined)) return undefined;
      return Array.from({ length: Math.min(LANES, commands.length) }, (_, lane) => {
        const mine = commands.filter((_command, index) => index % LANES === lane);
        const script = join(place.folder, `${id}-${lane}.sh`);
        const lines = mine.map((command) => `(${execLine(command)}) <${quote(input)} || exit 1`);
        writeFileSync(script, `${lines.join('\n')}\n`);
        return { client: { argv: ['sh', script] } };
      });
    },
  };
}
