import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'bun:test';
import { chmodSync } from 'node:fs';
import { parse } from 'yaml';
import { setFiles } from '../../lab/sets.ts';
import { type Block, blocksOf, textOf } from './document.ts';
import { OperationsStage, RECORDED } from './operations-stage.ts';

/**
 * Each command line of docs/operations.md is run with the built program, against a bucket with the real sets.
 * Programs of others are recorded, not run: what they are given is compared.
 */
const BLOCKS = blocksOf(textOf('docs/operations.md'));

/** Installing by ssh has a test of its own, and gpssh is recorded with a host file that is elsewhere. */
const ELSEWHERE = ['./install-on-hosts.sh '];

const LINES = BLOCKS.filter(({ language }) => language === 'sh')
  .flatMap(({ text, heading }) => text.split('\n').map((line) => ({ heading, line })))
  .filter(({ line }) => !ELSEWHERE.some((start) => line.startsWith(start)));

/** The lab's bucket has findings: no lifecycle rule, a failed set, and all sets are old. Everything else succeeds. */
function expectedCodes(line: string): readonly number[] {
  if (line.includes(' check ')) return [3];
  // No backup was made here.
  if (line.includes(' log ')) return [5];
  return [0];
}

/** The text of the only block of a section in a language, or of the one that `contains` names. */
function blockOf(heading: string, language: string, contains = ''): string {
  const found = BLOCKS.filter(
    (block: Block) =>
      block.heading === heading && block.language === language && block.text.includes(contains),
  );
  expect(found).toHaveLength(1);
  return found[0]?.text ?? '';
}

test('there are many command lines', () => {
  expect(LINES.length).toBeGreaterThan(30);
});

describe.each([...new Set(LINES.map(({ heading }) => heading))])('%s', (section) => {
  // The lines of a section in their order, on one host.
  let host: OperationsStage;
  beforeAll(async () => {
    host = await OperationsStage.start();
    for (const { key, content } of setFiles('20261125025334'))
      await host.server.objects.put('second', key, content);
  });
  afterAll(async () => await host[Symbol.asyncDispose]());

  test.each(LINES.filter(({ heading }) => heading === section).map(({ line }) => line))(
    '%s',
    async (line) => {
      const before = await host.recorded();
      const { exitCode, stderr } = await host.run(line);
      const code = expectedCodes(line).includes(exitCode) ? 'as expected' : exitCode;
      expect([code, stderr]).toEqual(['as expected', '']);
      const calls = (await host.recorded()).slice(before.length);
      const [program = ''] = line.split(' ');
      if (RECORDED.includes(program))
        expect(calls).toEqual([host.here(line).replaceAll("'", '').replace('~/', `${host.place.folder}/`)]);
    },
  );
});

describe('jobs of several lines', () => {
  let stage: OperationsStage;
  beforeEach(async () => {
    stage = await OperationsStage.start();
  });
  afterEach(async () => await stage[Symbol.asyncDispose]());

  describe('the nightly job', () => {
    const HEADING = 'The nightly job';

    async function save(): Promise<string> {
      const path = stage.place.write('gpbackup-nightly', stage.here(blockOf(HEADING, 'bash')));
      chmodSync(path, 0o755);
      return path;
    }

    test('backs up, verifies, expires, and writes figures and a page', async () => {
      await save();
      const { exitCode, stderr } = await stage.run('/home/gpadmin/gpbackup-nightly');
      expect([exitCode, stderr]).toEqual([0, '']);
      expect(await stage.recorded()).toEqual([
        `gpbackup --dbname sales --plugin-config ${stage.place.path('s3.yaml')} --leaf-partition-data`,
      ]);
      expect(await Bun.file(stage.place.path('gpbackup.prom')).text()).toContain(
        'gpbackup_s3_scrape_success',
      );
      const page = await Bun.file(stage.place.path('backups.html')).text();
      expect(page.slice(0, 15).toLowerCase()).toBe('<!doctype html>');
    });

    test('deletes nothing after a backup that failed, and says so by its exit code', async () => {
      await save();
      stage.place.write('bin/gpbackup', '#!/bin/bash\nexit 2\n');
      const before = stage.server.objects.keys('backups');
      const { exitCode, stderr } = await stage.run('/home/gpadmin/gpbackup-nightly');
      expect(exitCode).toBe(1);
      expect(stderr).toStartWith('failed: gpbackup --dbname sales');
      expect(stage.server.objects.keys('backups')).toEqual(before);
      expect(await Bun.file(stage.place.path('gpbackup.prom')).exists()).toBe(true);
    });

    test('is started by a line of cron', async () => {
      await save();
      const line = blockOf(HEADING, 'cron');
      expect(line).toMatch(/^[\d*/,-]+ [\d*/,-]+ [\d*/,-]+ [\d*/,-]+ [\d*/,-]+ \S/);
      expect(line).not.toContain('%');
      const { exitCode } = await stage.run(line.split(' ').slice(5).join(' '));
      expect(exitCode).toBe(0);
      expect(await Bun.file(stage.place.path('gpAdminLogs/gpbackup-nightly.log')).text()).toContain('valid');
    });

    test.skipIf(Bun.which('systemd-analyze') === null)('and by units that systemd takes', async () => {
      await save();
      const user = Bun.spawnSync(['id', '--user', '--name']).stdout.toString().trim();
      const service = stage
        .here(blockOf(HEADING, 'ini', '[Service]'))
        .replace('User=gpadmin', `User=${user}`);
      const files = [
        stage.place.write('gpbackup-nightly.service', service),
        stage.place.write('gpbackup-nightly.timer', blockOf(HEADING, 'ini', '[Timer]')),
      ];
      const { exitCode, stderr } = Bun.spawnSync(['systemd-analyze', 'verify', '--man=no', ...files], {
        env: { PATH: '/usr/bin:/bin' },
      });
      // It also looks at units of this machine, whose mistakes are not the document's.
      const own = stderr
        .toString()
        .split('\n')
        .filter((line) => line.includes('gpbackup-nightly'));
      expect([exitCode, own]).toEqual([0, []]);
      const [, calendar = ''] = /^OnCalendar=(.*)$/m.exec(blockOf(HEADING, 'ini', '[Timer]')) ?? [];
      expect(Bun.spawnSync(['systemd-analyze', 'calendar', calendar]).exitCode).toBe(0);
    });
  });

  describe('the alert', () => {
    test('of Nagios is one line, and one of its exit codes', async () => {
      const [, command = ''] = /^command\[check_gpbackup\]=(.*)$/.exec(blockOf('The alert', 'ini')) ?? [];
      const { exitCode, stdout } = await stage.run(command);
      // The sets are old.
      expect([1, 2]).toContain(exitCode);
      expect(stdout.toString()).toMatch(/^GPBACKUP_S3 (?:WARNING|CRITICAL) - .+\n$/);
    });

    test('of Prometheus has rules of metrics that are there', async () => {
      const { groups } = parse(blockOf('The alert', 'yml')) as {
        groups: {
          name: string;
          rules: { alert: string; expr: string; annotations: { summary: string } }[];
        }[];
      };
      const rules = groups.flatMap(({ rules: some }) => some);
      expect(rules.map(({ alert }) => alert)).toEqual([
        'GpbackupTooOld',
        'GpbackupFailed',
        'GpbackupFiguresMissing',
        'GpbackupBucketUnreadable',
      ]);
      const { stdout } = await stage.run('gpbackup_s3_plugin metrics /home/gpadmin/s3.yaml');
      for (const { expr, annotations } of rules) {
        for (const [name] of expr.matchAll(/gpbackup_s3_\w+/g))
          expect(stdout.toString()).toMatch(new RegExp(`^${name}(?:\\{| )`, 'm'));
        for (const [, label = ''] of annotations.summary.matchAll(/\$labels\.(\w+)/g))
          expect(stdout.toString()).toContain(`${label}="`);
      }
    });
  });

  test('the move copies all good backups, and each is valid there', async () => {
    const loop = blockOf('Moving to another bucket', 'bash');
    await using few = await OperationsStage.start(['20261125025319', '20261125025323', '20261125025420']);
    const { exitCode, stdout, stderr } = await few.run(loop);
    expect([exitCode, stderr]).toEqual([0, '']);
    expect(stdout.toString().match(/: valid$/gm)).toHaveLength(2);
    // The second time each is refused, and nothing else happens.
    const again = await few.run(loop);
    expect(again.exitCode).toBe(0);
    expect(again.stderr.match(/^gpbackup_s3_plugin: /gm)).toHaveLength(2);
  });

  test('the rehearsal gives psql the SQL', async () => {
    stage.place.write('bin/psql', `#!/bin/bash\ncat >${stage.place.path('sql')}\n`);
    await stage.run(LINES.find(({ line }) => line.includes(' --sql |'))?.line ?? 'false');
    const sql = await Bun.file(stage.place.path('sql')).text();
    expect(sql).toMatch(/^CREATE EXTERNAL WEB TABLE [^;]+ON ALL\n[^;]+;/m);
    expect(sql).toMatch(/^SELECT [^;]+;/m);
  });

  test('the rebuilt history has the good backups', async () => {
    const line = LINES.find(({ line: one }) => one.includes('rebuild_history'))?.line ?? 'false';
    expect((await stage.run(line)).exitCode).toBe(0);
    const { Database } = await import('bun:sqlite');
    const database = new Database(stage.place.path('coordinator/gpbackup_history.db'), { readonly: true });
    expect(database.query('SELECT count(*) AS sets FROM backups').get()).toEqual({ sets: 13 });
    database.close();
  });
});
