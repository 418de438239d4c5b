import { join } from 'node:path';
import type { ByteRange } from '../../src/base/byte-range.ts';
import { formatSize, GiB, MiB } from '../../src/base/bytes.ts';
import { keySuffix } from '../sink/object-size.ts';
import type { Case, Scale } from './case.ts';
import { CONSUME } from './case.ts';

const PIECES = 100;
const RATE = 5;

/** A partner that is slow, and a restore that wants little of much. */
export function slowCases({ pick }: Scale): readonly Case[] {
  const bytes = pick(15, 1) * MiB;
  const trickle = (role: string): { argv: readonly string[] } => ({
    argv: [process.execPath, join(import.meta.dir, 'trickle.ts'), role, String(bytes), String(RATE * MiB)],
  });
  const whole = pick(4 * GiB, 100 * MiB);
  const common = { group: 'slow', runs: 1, bytes, processes: () => 1 } as const;
  const ranges = subset(whole);
  return [
    {
      ...common,
      id: 'slow-producer',
      title: `${formatSize(bytes)} up from a producer of ${RATE} MB/s`,
      lanes: (peer, { http }) => {
        const client = peer.command({ kind: 'up', name: 'slow' }, http);
        return client && [{ client, producer: trickle('write') }];
      },
    },
    {
      ...common,
      id: 'slow-reader',
      title: `${formatSize(bytes)} down to a reader of ${RATE} MB/s`,
      lanes: (peer, { http }) => {
        const client = peer.command({ kind: 'down', name: `slow${keySuffix(bytes)}` }, http);
        return client && [{ client, consumer: trickle('read') }];
      },
    },
    {
      ...common,
      id: 'subset',
      title: `\`restore_data_subset\`: ${PIECES} pieces, 1% of ${formatSize(whole)} (curl: ${PIECES} ranges over one connection)`,
      runs: pick(5, 1),
      bytes: ranges.reduce((sum, { start, end }) => sum + end - start, 0),
      lanes: (peer, { http }) => {
        const client = peer.command({ kind: 'subset', name: `whole${keySuffix(whole)}`, ranges }, http);
        return client && [{ client, consumer: CONSUME }];
      },
    },
  ];
}

/** Pieces of the same size that lie evenly in an object, 1% of it together. */
function subset(whole: number): ByteRange[] {
  const piece = Math.floor(whole / 100 / PIECES);
  return Array.from({ length: PIECES }, (_, index) => {
    const start = Math.floor((whole / PIECES) * index);
    return { start, end: start + piece };
  });
}
