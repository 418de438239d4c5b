import { afterAll, beforeAll, describe, expect, test } from 'bun:test';
import { mkdirSync, readdirSync, readFileSync, statSync, symlinkSync, writeFileSync } from 'node:fs';
import { Workplace } from '../../lab/program/plugin.ts';
import { type ParsedSample, parsePrometheusText } from '../../lab/program/prometheus-text.ts';
import { SETS_FOLDER } from '../../lab/sets.ts';
import { finishOf, putSets } from '../../lab/sets-in-server.ts';
import { startTestServer, type TestServer } from '../../lab/test-server.ts';

let server: TestServer;
let place: Workplace;
let config: string;
beforeAll(async () => {
  server = await startTestServer();
  await putSets(server);
  place = new Workplace();
  config = place.config(server, { folder: SETS_FOLDER });
});
afterAll(async () => {
  place[Symbol.dispose]();
  await server.stop();
});

interface Row {
  readonly timestamp: string;
  readonly status: string;
  readonly database: string | null;
  readonly type: string | null;
  readonly object_filtering: string | null;
  readonly duration_seconds: number | null;
  readonly size: number;
  readonly objects: number;
}

async function rows(path = config): Promise<readonly Row[]> {
  const { stdout } = await place.run(['list_backups', path, '--json']);
  return (JSON.parse(stdout.toString()) as { readonly result: readonly Row[] }).result;
}

async function samples(...words: readonly string[]): Promise<readonly ParsedSample[]> {
  const { exitCode, stdout, stderr } = await place.run(['metrics', config, ...words]);
  expect([exitCode, stderr]).toEqual([0, '']);
  return parsePrometheusText(stdout.toString());
}

const isOf = (row: Row, { labels }: ParsedSample): boolean =>
  (row.database || 'none') === labels['database_name'] &&
  (row.type ?? 'none') === labels['backup_type'] &&
  (row.object_filtering || 'none') === labels['object_filtering'];

describe('metrics', () => {
  test('agree with list_backups', async () => {
    const [all, listed] = [await samples(), await rows()];
    const named = (name: string): readonly ParsedSample[] =>
      all.filter((sample) => sample.name === `gpbackup_s3_${name}`);
    expect(named('backups').reduce((sum, { value }) => sum + value, 0)).toBe(listed.length);
    for (const sample of named('backups')) {
      const same = listed.filter((row) => isOf(row, sample));
      const ofStatus = same.filter(({ status }) => status.toLowerCase() === sample.labels['status']);
      expect(sample.value).toBe(ofStatus.length);
    }
    for (const sample of named('stored_bytes')) {
      const same = listed.filter((row) => isOf(row, sample));
      expect(sample.value).toBe(same.reduce((sum, { size }) => sum + size, 0));
    }
    const good = (sample: ParsedSample): Row | undefined =>
      listed.find((row) => isOf(row, sample) && row.status === 'Success');
    expect(named('last_success_size_bytes').length).toBe(5);
    for (const sample of named('last_success_size_bytes'))
      expect(sample.value).toBe(good(sample)?.size ?? -1);
    for (const sample of named('last_success_objects'))
      expect(sample.value).toBe(good(sample)?.objects ?? -1);
    for (const sample of named('last_success_duration_seconds'))
      expect(sample.value).toBe(good(sample)?.duration_seconds ?? -1);
    for (const sample of named('last_success_timestamp_seconds'))
      expect(sample.value).toBe(finishOf(good(sample)?.timestamp ?? '').getTime() / 1000);
    for (const sample of named('last_backup_status')) {
      const last = listed.find((row) => isOf(row, sample));
      expect(sample.value).toBe(last?.status === 'Success' ? 0 : 1);
    }
    expect(named('unfinished_uploads').map(({ value }) => value)).toEqual([0]);
  });

  test('have no name of gpbackup_exporter, and no label that grows without limit', async () => {
    for (const { name, labels } of await samples()) {
      expect(name).toStartWith('gpbackup_s3_');
      expect(Object.keys(labels)).not.toContain('timestamp');
      for (const value of Object.values(labels)) expect(value).not.toBe('');
    }
  });

  test('--json has the same samples', async () => {
    const { stdout } = await place.run(['metrics', config, '--json']);
    const { result } = JSON.parse(stdout.toString()) as {
      readonly result: { readonly metrics: readonly { name: string; samples: readonly object[] }[] };
    };
    const now = /_(?:seconds)$/;
    const flat = result.metrics.flatMap(({ name, samples: some }) =>
      some.map((sample) => ({ name, ...sample })),
    );
    const stable = (all: readonly { readonly name: string }[]): readonly object[] =>
      all.filter(({ name }) => !now.test(name));
    expect(stable(flat as ParsedSample[])).toEqual(stable(await samples()));
  });

  test('a hostile name of a database stays one label', async () => {
    const name = 'a"b\\\nc</script>\u202E';
    const config2 = place.config(server, { folder: 'hostile' }, 'hostile.yaml');
    const yaml = [
      'timestamp: "20261201000000"',
      `databasename: ${JSON.stringify(name)}`,
      'endtime: "20261201000005"',
      'status: Success',
      'plugin: ""',
    ];
    const key = 'hostile/backups/20261201/20261201000000/gpbackup_20261201000000_config.yaml';
    await server.objects.put('backups', key, `${yaml.join('\n')}\n`);
    const { stdout } = await place.run(['metrics', config2]);
    const names = parsePrometheusText(stdout.toString()).map(({ labels }) => labels['database_name']);
    expect(new Set(names.filter((each) => each !== undefined))).toEqual(new Set([name]));
  });
});

describe('metrics --textfile', () => {
  test('writes the whole file, readable for all, and nothing else', async () => {
    const folder = place.path('textfile');
    mkdirSync(folder);
    const file = `${folder}/gp.prom`;
    const { exitCode, stdout, stderr } = await place.shell(
      `umask 077; "$PLUGIN" metrics ${config} --textfile ${file}`,
    );
    expect([exitCode, stdout.toString(), stderr]).toEqual([0, '', '']);
    expect(statSync(file).mode & 0o777).toBe(0o644);
    expect(parsePrometheusText(readFileSync(file, 'utf8')).length).toBeGreaterThan(20);
    expect(readdirSync(folder)).toEqual(['gp.prom']);
  });

  test('a link stays one, and what it leads to is written', async () => {
    const real = place.write('real.prom', 'old\n');
    const link = place.path('link.prom');
    symlinkSync(real, link);
    expect((await place.run(['metrics', config, '--textfile', link])).exitCode).toBe(0);
    expect(readFileSync(real, 'utf8')).toContain('gpbackup_s3_backups');
    expect(statSync(link).ino).toBe(statSync(real).ino);
  });

  test('the old file stays when the bucket can not be read', async () => {
    const folder = place.path('kept');
    mkdirSync(folder);
    writeFileSync(`${folder}/gp.prom`, 'old 1\n');
    server.faults.add({
      when: { operation: 'ListObjectsV2', times: Infinity },
      do: { kind: 'answer', status: 403, code: 'AccessDenied' },
    });
    const { exitCode, stderr } = await place.run(['metrics', config, '--textfile', `${folder}/gp.prom`]);
    server.faults.clear();
    expect(exitCode).toBe(4);
    expect(stderr).toContain('AccessDenied');
    expect(readFileSync(`${folder}/gp.prom`, 'utf8')).toBe('old 1\n');
    expect(readdirSync(folder)).toEqual(['gp.prom']);
  });

  test('a folder that is missing or may not be written is an error that says so', async () => {
    const missing = await place.run(['metrics', config, '--textfile', place.path('no/such/gp.prom')]);
    expect(missing.exitCode).toBe(1);
    expect(missing.stderr).toContain('create its folder first');
    const folder = place.path('is-a-folder');
    mkdirSync(folder);
    const wrong = await place.run(['metrics', config, '--textfile', folder]);
    expect(wrong.exitCode).toBe(1);
    expect(wrong.stderr).toContain('it is a folder');
    const empty = await place.run(['metrics', config, '--textfile=']);
    expect(empty.exitCode).toBe(2);
  });

  test('uploads that can not be listed are a warning, and a metric', async () => {
    server.faults.add({
      when: { operation: 'ListMultipartUploads', times: Infinity },
      do: { kind: 'answer', status: 403, code: 'AccessDenied' },
    });
    const { exitCode, stdout, stderr } = await place.run(['metrics', config]);
    server.faults.clear();
    expect(exitCode).toBe(0);
    expect(stderr).toContain('could not be listed');
    const all = parsePrometheusText(stdout.toString());
    const success = all.filter(({ name }) => name === 'gpbackup_s3_scrape_success');
    expect(success.map(({ labels, value }) => [labels['collector'], value])).toEqual([
      ['backups', 1],
      ['uploads', 0],
    ]);
    expect(all.some(({ name }) => name === 'gpbackup_s3_unfinished_uploads')).toBe(false);
  });
});
