import * as fc from 'fast-check';
import { type BackupConfig, parseBackupConfig } from '../src/backup/backup-config.ts';
import type { BackupSet, SetStatus } from '../src/catalogue/backup-set.ts';

/** How a generated backup ended. */
export type Ending = 'good' | 'damaged' | 'failed' | 'failed without config' | 'running' | 'unreadable';

/** A backup of a generated history. */
export interface GeneratedSet {
  readonly timestamp: string;
  readonly database: string;
  readonly kind: Kind;
  readonly ending: Ending;
  /** Of an incremental one. */
  readonly bases: readonly string[];
}

const KINDS = ['full', 'leaf', 'incremental', 'metadata-only', 'data-only', 'include-schema'] as const;
type Kind = (typeof KINDS)[number];

interface Plan {
  readonly hours: number;
  readonly database: string;
  readonly kind: Kind;
  readonly ending: Ending;
  readonly choice: number;
  readonly mask: number;
}

const plan: fc.Arbitrary<Plan> = fc.record({
  hours: fc.oneof(fc.integer({ min: 1, max: 30 }), fc.integer({ min: 100, max: 400 })),
  database: fc.constantFrom('sales', 'sales', 'web'),
  kind: fc.constantFrom(...KINDS, 'leaf', 'incremental', 'incremental'),
  ending: fc.oneof(
    { weight: 60, arbitrary: fc.constant<Ending>('good') },
    { weight: 6, arbitrary: fc.constantFrom<Ending[]>('damaged', 'failed', 'failed without config') },
    // Rare: they keep all that they may be built on.
    { weight: 1, arbitrary: fc.constantFrom<Ending[]>('running', 'unreadable') },
  ),
  choice: fc.nat(),
  mask: fc.nat(),
});

/** Histories of backups, the oldest first, whose incremental ones are built on any earlier ones. */
export const generatedSets: fc.Arbitrary<readonly GeneratedSet[]> = fc
  .array(plan, { maxLength: 40, size: 'max' })
  .map((plans) => {
    let time = Date.UTC(2026, 0, 1, 1);
    const sets: GeneratedSet[] = [];
    for (const { hours, database, kind, ending, choice, mask } of plans) {
      time += hours * 3_600_000;
      const timestamp = digitsOf(new Date(time));
      const possible = sets.filter(
        (set) =>
          set.database === database &&
          set.ending === 'good' &&
          (set.kind === 'leaf' || set.kind === 'incremental'),
      );
      const base = possible.length === 0 ? undefined : possible[choice % possible.length];
      // Of one without a config file nobody can tell what it is built on, and nobody can restore it.
      if (kind === 'incremental' && base !== undefined && ending !== 'failed without config') {
        // Of what the base needs, some tables have changed since.
        const others = base.bases.filter((_, index) => ((mask >> index) & 1) === 1);
        sets.push({ timestamp, database, kind, ending, bases: [...others, base.timestamp] });
      } else {
        sets.push({ timestamp, database, kind: kind === 'incremental' ? 'leaf' : kind, ending, bases: [] });
      }
    }
    return sets;
  });

/** 14 digits of a date's UTC fields. */
export function digitsOf(date: Date): string {
  return date.toISOString().replace(/\D/g, '').slice(0, 14);
}

const STATUSES: Readonly<Record<Ending, SetStatus>> = {
  good: 'Success',
  damaged: 'Success',
  failed: 'Failure',
  'failed without config': 'Failure',
  running: 'Running',
  unreadable: 'Unreadable',
};

/** The config file of a generated backup. */
export function configText({ timestamp, database, kind, ending, bases }: GeneratedSet): string {
  const plans = [...bases, timestamp].map((each) => `- timestamp: "${each}"\n  tablefqns:\n  - public.t\n`);
  const isSchema = kind === 'include-schema';
  return `backupversion: 1.30.6
compressed: true
databasename: ${JSON.stringify(database)}
segmentcount: 1
dataonly: ${kind === 'data-only'}
includeschemafiltered: ${isSchema}
includeschemas: ${isSchema ? '["public"]' : '[]'}
incremental: ${kind === 'incremental'}
leafpartitiondata: ${kind === 'leaf' || kind === 'incremental'}
metadataonly: ${kind === 'metadata-only'}
plugin: gpbackup_s3_plugin
restoreplan:${kind === 'metadata-only' ? ' []\n' : `\n${plans.join('')}`}
timestamp: "${timestamp}"
endtime: "${timestamp}"
status: ${ending === 'failed' ? 'Failure' : 'Success'}
`;
}

const parsed = new Map<string, BackupConfig>();

/** Its config file, read: of each kind one is read by YAML's rules, which takes a millisecond. */
function configOf(generated: GeneratedSet): BackupConfig {
  const { timestamp, database, kind, ending, bases } = generated;
  const key = `${kind} ${ending}`;
  const config = parsed.get(key) ?? parseBackupConfig(configText(generated));
  parsed.set(key, config);
  const plans = kind === 'metadata-only' ? [] : [...bases, timestamp];
  return {
    ...config,
    timestamp,
    databaseName: database,
    restorePlan: plans.map((each) => ({ timestamp: each, tables: ['public.t'] })),
  };
}

/** A generated backup as the catalogue would read it. */
export function setOf(generated: GeneratedSet): BackupSet {
  const { timestamp, ending } = generated;
  const hasConfig = ending === 'good' || ending === 'damaged' || ending === 'failed';
  return {
    timestamp,
    prefix: `gp/test/backups/${timestamp.slice(0, 8)}/${timestamp}/`,
    status: STATUSES[ending],
    config: hasConfig ? configOf(generated) : undefined,
    problem: ending === 'good' || ending === 'running' ? undefined : ending,
    objects: 1,
    bytes: 1,
    dataBytes: 0,
    segments: 1,
    dataFiles: 1,
    foreign: 0,
    oldest: undefined,
    newest: undefined,
    files: new Map(),
    classes: new Map(),
    objectsOfClass: new Map(),
  };
}
