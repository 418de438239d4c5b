import type { Case, Place } from './cases/case.ts';
import { ClientFailed, type Measurer } from './measure/measurer.ts';
import type { Peer } from './peers/peer.ts';
import { Plugin } from './peers/plugin.ts';
import type { CaseResult, PeerResult, Sample } from './results.ts';
import type { Sink } from './sink/sink.ts';
import { median, medianRatio } from './statistics.ts';

/** What a case is run with. */
export interface Setting {
  readonly place: Place;
  readonly sink: Sink;
  readonly measurer: Measurer;
  /** Ours first: the ratios are to it. */
  readonly peers: readonly Peer[];
  /** Ours as well, without keys in its config file. */
  readonly keptKeys: Peer;
  readonly runs: number | undefined;
  readonly say: (line: string) => void;
}

/** Seconds: what a peer may take for all runs of a case that says nothing else, and anyone for one run. */
const PATIENCE = 15;
const LIMIT = 300;

/**
 * Runs a case with every peer in turn, A B C A B C, so that what happens on the machine happens to all. A peer
 * that fails or can't do it is left out of the rest; ours must not fail.
 * @throws {ClientFailed} of ours
 */
export async function runCase(one: Case, setting: Setting): Promise<CaseResult> {
  const peers = takingPart(one, setting);
  const samples = new Map<Peer, Sample[]>(peers.map((peer) => [peer, []]));
  const used = new Map<Peer, number>();
  const left = new Set(peers);
  for (let round = 0; round < (setting.runs ?? one.runs); round += 1) {
    for (const peer of left) {
      const sample = await measureOnce(one, peer, setting).catch((error: unknown) => {
        if (!(error instanceof ClientFailed) || peer === peers[0]) throw error;
        setting.say(`  ${peer.title}: ${error.message}`);
        return undefined;
      });
      if (sample === undefined) {
        left.delete(peer);
        continue;
      }
      samples.get(peer)?.push(sample);
      const total = (used.get(peer) ?? 0) + sample.wall;
      used.set(peer, total);
      if (peer !== peers[0] && total + sample.wall > (one.patience ?? PATIENCE)) left.delete(peer);
    }
  }
  const ours = samples.get(peers[0] as Peer) ?? [];
  const results = [...samples].flatMap(([peer, series]) =>
    series.length === 0 ? [] : [summary(peer, one.processes(peer), series, ours)],
  );
  return { id: one.id, group: one.group, title: one.title, bytes: one.bytes, peers: results };
}

function takingPart({ only }: Case, { peers, keptKeys }: Setting): readonly Peer[] {
  if (only === 'ours') return peers.slice(0, 1);
  if (only === 'sign-ins') return [...peers.slice(0, 1), keptKeys];
  return only === 'plugins' ? peers.filter((peer) => peer instanceof Plugin) : peers;
}

async function measureOnce(one: Case, peer: Peer, setting: Setting): Promise<Sample | undefined> {
  const lanes = one.lanes(peer, setting.place);
  if (lanes === undefined) return undefined;
  await setting.sink.report();
  const usage = await setting.measurer.measure(lanes, one.limit ?? LIMIT);
  const { requests, received, sent, cpu } = await setting.sink.report();
  if (received + sent < one.bytes) {
    throw new ClientFailed(`moved ${received + sent} bytes, ${one.bytes} were to be moved`);
  }
  return { ...usage, requests, wire: received + sent, sinkCpu: cpu };
}

/** Medians of a peer's runs and its ratios to ours. */
export function summary(
  peer: Pick<Peer, 'title'>,
  processes: number,
  series: readonly Sample[],
  ours: readonly Sample[],
): PeerResult {
  const of = (metric: keyof Sample): number => median(series.map((sample) => sample[metric]));
  const ratio = (measure: (sample: Sample) => number): number | undefined =>
    medianRatio(series.map(measure), ours.map(measure));
  const ratios = {
    wall: ratio(({ wall }) => wall),
    cpu: ratio(({ cpu }) => cpu),
    cpuWithConsumer: ratio(({ cpu, consumerCpu }) => cpu + consumerCpu),
  };
  return {
    peer: peer.title,
    runs: series.length,
    processes,
    medians: {
      wall: of('wall'),
      cpu: of('cpu'),
      consumerCpu: of('consumerCpu'),
      sinkCpu: of('sinkCpu'),
      peak: of('peak'),
      peakSum: of('peakSum'),
      requests: of('requests'),
      wire: of('wire'),
    },
    ratios: Object.fromEntries(Object.entries(ratios).filter(([, value]) => value !== undefined)),
  };
}
