import * as fc from 'fast-check';
import { parseBackupConfig } from '../src/backup/backup-config.ts';
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
  ending: fc.constantFrom<Ending[]>(
    ...Array.from({ length: 12 }, () => 'good' as const),
    'damaged',
    'failed',
    'failed without config',
    'running',
    'unreadable',
  ),
  choice: fc.nat(),
  mask: fc.nat(),
});

/** Histories of backups, the oldest first, whose incremental ones are built on any earlier ones. */
export const generatedSets: fc.Arbitrary<readonly GeneratedSet[]> = fc
  .array(plan, { maxLength: 40 })
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
      if (kind === 'incremental' && base !== undefined) {
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

/** A generated backup as the catalogue would read it. */
export function setOf(generated: GeneratedSet): BackupSet {
  const { timestamp, ending } = generated;
  const hasConfig = ending === 'good' || ending === 'damaged' || ending === 'failed';
  return {
    timestamp,
    prefix: `gp/test/backups/${timestamp.slice(0, 8)}/${timestamp}/`,
    status: STATUSES[ending],
    config: hasConfig ? parseBackupConfig(configText(generated)) : undefined,
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
