import { formatSize, GiB, MiB } from '../../src/base/bytes.ts';
import type { Lane } from '../measure/lane.ts';
import type { Endpoint, Peer } from '../peers/peer.ts';
import { keySuffix } from '../sink/object-size.ts';
import { type Case, CONSUME, type Group, type Place, produce, type Scale, SHORT_PATIENCE } from './case.ts';

/** Stores `bytes` from standard input. */
export function up(
  peer: Peer,
  endpoint: Endpoint,
  bytes: number,
  name = 'stream',
  unsigned = false,
): readonly Lane[] | undefined {
  const client = peer.command({ kind: 'up', name, ...(unsigned ? { unsigned } : {}) }, endpoint);
  return client && [{ client, producer: produce(bytes) }];
}

/** Writes an object of `bytes` to standard output. */
export function down(peer: Peer, endpoint: Endpoint, bytes: number): readonly Lane[] | undefined {
  const client = peer.command({ kind: 'down', name: `stream${keySuffix(bytes)}` }, endpoint);
  return client && [{ client, consumer: CONSUME }];
}

/** Streams of all sizes in both directions; a network of its own, and encryption. */
export function streamCases({ quick, pick }: Scale): readonly Case[] {
  const one = (
    id: string,
    group: Group,
    words: string,
    bytes: number,
    runs: number,
    lanes: (peer: Peer, place: Place) => readonly Lane[] | undefined,
  ): Case => ({
    id,
    group,
    title: `${formatSize(bytes)} ${words}`,
    bytes,
    runs: quick ? 1 : runs,
    ...(bytes < 100 * MiB ? { patience: SHORT_PATIENCE } : {}),
    processes: () => 1,
    lanes,
  });
  const sizes = [
    ['64kB', 64 * 1024, 20],
    ['1MB', MiB, 20],
    ['10MB', pick(10, 2) * MiB, 10],
    ['100MB', pick(100, 9) * MiB, 5],
    ['4GiB', pick(4 * GiB, 20 * MiB), 3],
  ] as const;
  const large = pick(4 * GiB, 20 * MiB);
  const encrypted = pick(2 * GiB, 20 * MiB);
  const distant = pick(GiB, 20 * MiB);
  return [
    ...sizes.map(([name, bytes, runs]) =>
      one(`up-${name}`, 'up', 'from a pipe', bytes, runs, (peer, { http }) => up(peer, http, bytes)),
    ),
    one(
      'up-4GiB-unsigned',
      'up',
      'from a pipe, body not signed (`payload_signing: off`)',
      large,
      3,
      (peer, { http }) => up(peer, http, large, 'stream', true),
    ),
    ...sizes.map(([name, bytes, runs]) =>
      one(`down-${name}`, 'down', 'into a pipe', bytes, runs, (peer, { http }) => down(peer, http, bytes)),
    ),
    one('network-up', 'network', 'up at 30 ms and 60 MB/s a connection', distant, 2, (peer, { network }) =>
      up(peer, network, distant),
    ),
    one(
      'network-down',
      'network',
      'down at 30 ms and 60 MB/s a connection',
      distant,
      2,
      (peer, { network }) => down(peer, network, distant),
    ),
    {
      // A peer with one connection would take more than a minute.
      ...one('network-down-4GiB', 'network', 'down in the same network', large, 2, (peer, { network }) =>
        down(peer, network, large),
      ),
      only: 'plugins',
    },
    one('https-up', 'network', 'up over https', encrypted, 2, (peer, { https }) =>
      up(peer, https, encrypted),
    ),
    one('https-down', 'network', 'down over https', encrypted, 2, (peer, { https }) =>
      down(peer, https, encrypted),
    ),
  ];
}
