import { afterAll, expect, test } from 'bun:test';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { unpackDebianPackages } from '../../lab/servers/debian-program.ts';
import { blocksOf, textOf } from '../docs/document.ts';
import { installed } from './installed.ts';

/** The alert rules of docs/operations.md with Prometheus's own promtool, of Debian's package prometheus. */
const work = mkdtempSync(join(tmpdir(), 'gpbackup-s3-plugin-promtool-'));
afterAll(() => rmSync(work, { recursive: true, force: true }));

let folder = '';
const isHere = await installed(async () => (folder = await unpackDebianPackages('prometheus')));

/** Runs promtool in the folder of the rules. */
function promtool(...words: readonly string[]): { readonly exitCode: number; readonly text: string } {
  const { exitCode, stdout, stderr } = Bun.spawnSync([join(folder, 'usr/bin/promtool'), ...words], {
    cwd: work,
  });
  return { exitCode, text: stdout.toString() + stderr.toString() };
}

/** Series of 28 hours, in steps of a minute, and which alerts fire at its end. */
const CASES: readonly (readonly [
  what: string,
  series: Readonly<Record<string, string>>,
  alerts: readonly string[],
])[] = [
  [
    'a good backup of an hour ago',
    {
      'gpbackup_s3_last_success_timestamp_seconds{database_name="sales",backup_type="full"}': '100000x1700',
      'gpbackup_s3_last_backup_status{database_name="sales"}': '0x1700',
      gpbackup_s3_scrape_timestamp_seconds: '100000x1700',
      gpbackup_s3_scrape_success: '1x1700',
    },
    [],
  ],
  [
    'an old full one, and an incremental one of today',
    {
      'gpbackup_s3_last_success_timestamp_seconds{database_name="sales",backup_type="full"}': '0x1700',
      'gpbackup_s3_last_success_timestamp_seconds{database_name="sales",backup_type="incremental"}':
        '100000x1700',
      gpbackup_s3_scrape_timestamp_seconds: '100000x1700',
    },
    [],
  ],
  [
    'an old one, and one that failed',
    {
      'gpbackup_s3_last_success_timestamp_seconds{database_name="sales"}': '1000x1700',
      'gpbackup_s3_last_backup_status{database_name="sales"}': '1x1700',
      gpbackup_s3_scrape_timestamp_seconds: '100000x1700',
    },
    ['GpbackupTooOld', 'GpbackupFailed'],
  ],
  ['no figures at all', {}, ['GpbackupFiguresMissing']],
  ['figures that are old', { gpbackup_s3_scrape_timestamp_seconds: '10x1700' }, ['GpbackupFiguresMissing']],
  [
    'a bucket that can’t be read',
    { gpbackup_s3_scrape_timestamp_seconds: '100000x1700', gpbackup_s3_scrape_success: '0x1700' },
    ['GpbackupBucketUnreadable'],
  ],
];
const ALERTS = ['GpbackupTooOld', 'GpbackupFailed', 'GpbackupFiguresMissing', 'GpbackupBucketUnreadable'];

test.skipIf(!isHere)('promtool takes the rules', () => {
  const [rules] = blocksOf(textOf('docs/operations.md')).filter(({ language }) => language === 'yml');
  writeFileSync(join(work, 'rules.yml'), rules?.text ?? '');
  expect(promtool('check', 'rules', 'rules.yml')).toEqual({
    exitCode: 0,
    text: expect.stringContaining('4 rules found') as string,
  });
});

test.skipIf(!isHere).each(CASES)('they fire as they should: %s', (what, series, alerts) => {
  // An alert fires or not: its labels are not what is tried here.
  const conditions = ALERTS.map((alert) => ({
    expr: `count(ALERTS{alertname="${alert}",alertstate="firing"}) > bool 0 or vector(0)`,
    eval_time: '28h',
    exp_samples: [{ labels: '{}', value: alerts.includes(alert) ? 1 : 0 }],
  }));
  const file = {
    rule_files: ['rules.yml'],
    evaluation_interval: '1m',
    tests: [
      {
        name: what,
        interval: '1m',
        input_series: Object.entries(series).map(([name, values]) => ({ series: name, values })),
        promql_expr_test: conditions,
      },
    ],
  };
  writeFileSync(join(work, 'case.yml'), JSON.stringify(file));
  expect(promtool('test', 'rules', 'case.yml')).toEqual({
    exitCode: 0,
    text: expect.stringContaining('SUCCESS') as string,
  });
});
