import { afterAll, beforeAll, describe, expect, test } from 'bun:test';
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { expectJson } from '../../lab/program/json-output.ts';
import { Workplace } from '../../lab/program/plugin.ts';
import { parsePrometheusText } from '../../lab/program/prometheus-text.ts';
import { plainText, type ReportPage, readReportPage } from '../../lab/program/report-page.ts';
import { factsOfSet } from '../../lab/program/set-facts.ts';
import { SETS_FOLDER, setFiles } from '../../lab/sets.ts';
import { finishOf, putSets } from '../../lab/sets-in-server.ts';
import { startTestServer, type TestServer } from '../../lab/test-server.ts';
import { statisticsName } from '../../src/backup/file-name.ts';
import { lineOf } from '../../src/backup/stored-object.ts';
import type { BackupRow } from '../../src/output/backup-rows.ts';
import type { ReportJson } from '../../src/output/report-json.ts';

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

async function pageOf(path: string, ...words: readonly string[]): Promise<ReportPage> {
  const { exitCode, stdout, stderr } = await place.run(['report', path, ...words]);
  expect([exitCode, stderr]).toEqual([0, '']);
  return readReportPage(stdout.toString());
}

const values = (page: ReportPage, table: string): readonly (readonly string[])[] =>
  (page.tables.get(table) ?? []).map((row) => row.map(({ value, text }) => value ?? plainText(text)));

const orNone = (value: number | null): string => String(value ?? -1);

/** Without what changes with the time. */
const still = (data: ReportJson): object => ({ ...data, made: '', verdict: '', out: null });

/** Puts one real set at another timestamp and folder, with what is to be different. */
async function putSet(
  folder: string,
  timestamp: string,
  at: Date,
  change: (name: string, content: Uint8Array) => Uint8Array | string | undefined = (_, content) => content,
  from = '20261125025354',
): Promise<void> {
  for (const { key, content } of setFiles(from)) {
    const name = key.slice(key.lastIndexOf('/') + 1).replace(from, timestamp);
    const isText = /\.yaml$|_report$/.test(name);
    const text = Buffer.from(content).toString().replaceAll(from, timestamp);
    const own = isText ? Buffer.from(text.replace(/endtime: "\d+"/, `endtime: "${timestamp}"`)) : content;
    const changed = change(name, Uint8Array.from(own));
    if (changed === undefined) continue;
    const path = `${folder}/backups/${timestamp.slice(0, 8)}/${timestamp}/${name}`;
    await server.objects.put('backups', path, changed, { lastModified: at });
  }
}

/** A server with a bucket for replicas as well. */
async function startTwo(): Promise<
  AsyncDisposable & { readonly server: TestServer; readonly place: Workplace }
> {
  const own = await startTestServer({ buckets: ['backups', 'copies'] });
  const work = new Workplace();
  await putSets(own);
  return {
    server: own,
    place: work,
    [Symbol.asyncDispose]: async () => {
      work[Symbol.dispose]();
      await own.stop();
    },
  };
}

const stampOf = (at: Date): string => at.toISOString().replace(/\D/g, '').slice(0, 14);
const hoursAgo = (hours: number): Date => new Date(Math.floor(Date.now() / 1000) * 1000 - hours * 3_600_000);

describe('the page agrees with', () => {
  test('list_backups, in every line', async () => {
    const { stdout } = await place.run(['list_backups', config, '--json']);
    const { result } = JSON.parse(stdout.toString()) as { readonly result: readonly BackupRow[] };
    const page = await pageOf(config);
    const shown = values(page, 'backups-table');
    expect(shown.length).toBe(result.length);
    for (const [index, row] of result.entries()) {
      const rate = row.duration_seconds === null ? null : Math.round(row.size / row.duration_seconds);
      const { rows } = factsOfSet(row.timestamp);
      const total = rows === undefined ? null : [...rows.values()].reduce((sum, each) => sum + each, 0);
      const cells = page.tables.get('backups-table')?.[index]?.map(({ text }) => plainText(text)) ?? [];
      expect(shown[index]?.[0]).toBe(row.timestamp);
      expect(cells[1]).toEndWith(row.status);
      expect(cells.slice(2, 5)).toEqual([
        row.database ?? 'not known',
        row.type ?? 'not known',
        row.object_filtering ?? '',
      ]);
      expect(shown[index]?.slice(5, 12)).toEqual([
        orNone(row.duration_seconds),
        String(row.size),
        orNone(total),
        orNone(rows?.size ?? null),
        orNone(rate),
        String(row.objects),
        String(row.segments),
      ]);
      expect((cells[12] ?? '').replace(/\D/g, '')).toBe(row.base ?? '');
    }
  });

  test('the tables of contents: the rows of the last backup with each table', async () => {
    const timestamps = [...new Set(setFiles().map(({ key }) => /\/(\d{14})\//.exec(key)?.[1] ?? ''))];
    const latest = new Map<string, number>();
    for (const timestamp of timestamps.toSorted())
      for (const [table, rows] of factsOfSet(timestamp).rows ?? []) latest.set(table, rows);
    const page = await pageOf(config);
    const shown = (page.tables.get('tables-table') ?? []).map(
      ([name, rows]) => [plainText(name?.text ?? ''), Number(rows?.value)] as const,
    );
    expect(Object.fromEntries(shown)).toEqual(Object.fromEntries(latest));
    expect(page.data.tables_total).toBe(latest.size);
  });

  test('the data files: bytes of each segment', async () => {
    const page = await pageOf(config);
    for (const set of page.data.sets) {
      const { segments, bytes, objects } = factsOfSet(set.timestamp);
      expect(Object.fromEntries(set.segment_bytes.map((each) => [each.content, each.bytes]))).toEqual(
        Object.fromEntries(segments),
      );
      expect([set.size, set.objects]).toEqual([bytes, objects]);
    }
    const rows = values(page, 'segments-table');
    const withData = page.data.sets.filter(({ segment_bytes: some }) => some.length > 0);
    expect(rows.length).toBe(withData.length);
    for (const [index, { timestamp, segment_bytes: some }] of withData.entries()) {
      const sizes = some.map(({ bytes }) => bytes).toSorted((one, other) => one - other);
      expect(rows[index]?.[0]).toBe(timestamp);
      expect([rows[index]?.[2], rows[index]?.[4]]).toEqual([String(sizes[0]), String(sizes.at(-1))]);
    }
  });

  test('its own data, which --json prints as well', async () => {
    const { stdout } = await place.run(['report', config, '--json']);
    const { result } = expectJson<ReportJson & { readonly out: null }>('report', stdout);
    const page = await pageOf(config);
    expect(still(page.data)).toEqual(still(result));
    expect(result.out).toBeNull();
  });
});

describe('the verdict', () => {
  test('of the real sets is bad, and says why', async () => {
    const page = await pageOf(config);
    const text = page.texts.get('verdict') ?? '';
    expect(text).toContain('The last backup is not good');
    expect(text).toContain('the last backup, 20261125025420, failed');
    expect(page.data.verdict.databases.map(({ last_good: good }) => good)).toEqual(['20261125025410']);
  });

  test('is good where the last backup is complete and young', async () => {
    const at = hoursAgo(5);
    await putSet('young', stampOf(at), at);
    const page = await pageOf(place.config(server, { folder: 'young' }, 'young.yaml'));
    expect(page.data.verdict.grade).toBe('good');
    const text = page.texts.get('verdict') ?? '';
    expect(text).toContain('The last backup is good');
    expect(text).toContain('5\u202Fh');
    expect(page.data.verdict.databases[0]?.age_seconds).toBeWithin(5 * 3600 - 1, 5 * 3600 + 600);
  });

  test('is bad where it is too old, by --max-age', async () => {
    const path = place.config(server, { folder: 'young' }, 'young.yaml');
    const page = await pageOf(path, '--max-age', '4h');
    expect(page.data.verdict.grade).toBe('bad');
    expect(page.texts.get('verdict')).toContain('too old');
  });

  test('is bad where a data file of the last one is gone', async () => {
    const at = hoursAgo(3);
    await putSet('gone', stampOf(at), at, (name, content) =>
      /^gpbackup_0_.*_64872\.zst$/.test(name) ? undefined : content,
    );
    const page = await pageOf(place.config(server, { folder: 'gone' }, 'gone.yaml'));
    expect(page.data.verdict.grade).toBe('bad');
    expect(page.texts.get('verdict')).toMatch(/is not complete: .*missing/);
  });

  test('is bad where what it is built on is gone', async () => {
    const at = hoursAgo(3);
    await putSet('based', stampOf(at), at, undefined, '20261125025323');
    const page = await pageOf(place.config(server, { folder: 'based' }, 'based.yaml'));
    expect(page.data.verdict.grade).toBe('bad');
    expect(page.texts.get('verdict')).toContain('20261125025319');
    expect(page.texts.get('chains')).toContain('not there or not good');
  });

  test('needs a look where data of tables was left out, which are named', async () => {
    const at = hoursAgo(2);
    const left = '"Odd </script><script>alert(1)</script>".t\u202E';
    await putSet('left', stampOf(at), at, (name, content) =>
      name.endsWith('_report')
        ? Buffer.from(content)
            .toString()
            .replace('\ndatabase size:', `\ndata not backed up:\n${left}\nsales.other\n\ndatabase size:`)
        : content,
    );
    const page = await pageOf(place.config(server, { folder: 'left' }, 'left.yaml'));
    expect(page.data.verdict.grade).toBe('attention');
    expect(page.data.sets[0]?.left_out).toEqual([left, 'sales.other']);
    expect(plainText(page.texts.get('failures') ?? '')).toContain(left.replace('\u202E', '\\u202e'));
  });
});

describe('hostile names', () => {
  test('stay text, in the page and in its data', async () => {
    const at = hoursAgo(1);
    const hostile = '</script><script>alert(1)</script>\u202E"\'&<!--';
    await putSet('hostile', stampOf(at), at, (name, content) => {
      const text = Buffer.from(content).toString();
      if (name.endsWith('_config.yaml') && !name.includes('plugin'))
        return text.replace('databasename: sales', `databasename: ${JSON.stringify(hostile)}`);
      if (/^gpbackup_\d{14}_toc\.yaml$/.test(name))
        return text.replaceAll('  name: customers\n', `  name: ${JSON.stringify(hostile)}\n`);
      return content;
    });
    const page = await pageOf(place.config(server, { folder: 'hostile' }, 'hostile.yaml'));
    expect(page.scripts.length).toBe(1);
    expect(page.elements.get('script')).toBe(2);
    expect(page.data.sets[0]?.database).toBe(hostile);
    expect(page.data.tables.map(({ table }) => table)).toContain(hostile);
    const names = (page.tables.get('tables-table') ?? []).map(([name]) => plainText(name?.text ?? ''));
    expect(names).toContain(`sales.${hostile.replace('\u202E', '\\u202e')}`);
    expect(page.places.filter((each) => !each.startsWith('href=#'))).toEqual([]);
  });
});

describe('report', () => {
  test('--last shows that many, and says of how many', async () => {
    const page = await pageOf(config, '--last', '3');
    expect(page.data.sets.map(({ timestamp }) => timestamp)).toEqual([
      '20261125025420',
      '20261125025410',
      '20261125025405',
    ]);
    expect(page.data.sets_total).toBe(18);
    expect(page.texts.get('verdict')).toContain('the last 3 of 18 backups');
  });

  test('a base that is not among them is no base that is missing', async () => {
    const page = await pageOf(config, '--last', '11');
    const oldest = page.data.sets.at(-1);
    expect([oldest?.timestamp, oldest?.base]).toEqual(['20261125025227', null]);
    const cut = await pageOf(config, '--last', '9');
    expect(cut.data.sets.at(-1)?.base).toBe('20261125025319');
    expect(cut.data.sets.at(-1)?.broken_bases).toEqual([]);
    expect(cut.links).toEqual(['link older', 'link']);
    expect(page.links).toEqual(['link', 'link']);
  });

  test('--out writes the page and nothing else; an old one stays when the bucket can not be read', async () => {
    const folder = place.path('pages');
    mkdirSync(folder);
    const file = `${folder}/report.html`;
    const { exitCode, stdout, stderr } = await place.run(['report', config, '--out', file]);
    expect([exitCode, stdout.toString(), stderr]).toEqual([0, '', '']);
    const page = readReportPage(readFileSync(file, 'utf8'));
    expect(page.data.sets.length).toBe(18);
    const answer = await place.run(['report', config, '--out', file, '--json']);
    const { result } = expectJson<{ readonly out: object }>('report', answer.stdout);
    expect(result.out).toEqual({ path: file, bytes: readFileSync(file).length });
    expect(readdirSync(folder)).toEqual(['report.html']);
    writeFileSync(file, 'old');
    server.faults.add({
      when: { operation: 'ListObjectsV2', times: Infinity },
      do: { kind: 'answer', status: 403, code: 'AccessDenied' },
    });
    const failed = await place.run(['report', config, '--out', file]);
    server.faults.clear();
    expect(failed.exitCode).toBe(4);
    expect([readFileSync(file, 'utf8'), readdirSync(folder)]).toEqual(['old', ['report.html']]);
  });

  test('without a backup there is a page that says so, and exit code 5', async () => {
    const path = place.config(server, { folder: 'nowhere' }, 'nowhere.yaml');
    const { exitCode, stdout } = await place.run(['report', path]);
    expect(exitCode).toBe(5);
    const page = readReportPage(stdout.toString());
    expect(page.texts.get('verdict')).toContain('There is no backup');
    expect(page.data.verdict.grade).toBe('bad');
  });

  test.each([
    ['--last', '0', 'is not a valid number of backups'],
    ['--last', 'x', 'is not a valid number of backups'],
    ['--last', '1001', 'is not a valid number of backups'],
    ['--max-age', 'x', 'is not a valid duration'],
    ['--out', '', 'needs the name of a file'],
  ])('%s %p is refused before anything is read', async (flag, value, message) => {
    const before = server.requests.length;
    const { exitCode, stdout, stderr } = await place.run(['report', config, `${flag}=${value}`]);
    expect([exitCode, stdout.toString()]).toEqual([2, '']);
    expect(stderr).toContain(message);
    expect(server.requests.length).toBe(before);
  });

  test('uploads that can not be listed, and a lock that is not shown, are not known', async () => {
    for (const operation of ['ListMultipartUploads', 'GetObjectLockConfiguration'] as const)
      server.faults.add({
        when: { operation, times: Infinity },
        do: { kind: 'answer', status: 403, code: 'AccessDenied' },
      });
    const { exitCode, stdout, stderr } = await place.run(['report', config]);
    server.faults.clear();
    expect(exitCode).toBe(0);
    expect(stderr).toContain('unfinished uploads could not be listed');
    const page = readReportPage(stdout.toString());
    expect(page.data.unfinished_uploads).toBeNull();
    expect(page.texts.get('uploads')).toContain('not known');
    expect(new Set(page.data.sets.map(({ lock }) => lock.state))).toEqual(new Set(['not known']));
  });

  test('finishes are those of the store, in UTC', async () => {
    const page = await pageOf(config);
    for (const { timestamp, finished } of page.data.sets)
      expect(finished).toBe(finishOf(timestamp).toISOString());
  });
});

describe('replicas', () => {
  const options = { folder: SETS_FOLDER, remote_bucket: 'copies', remote_folder: 'second' };

  test('are compared with the second site by their objects and bytes', async () => {
    await using both = await startTwo();
    for (const timestamp of ['20261125025410', '20261125025405', '20261125025400']) {
      for (const [index, { key, content }] of setFiles(timestamp).entries()) {
        const to = key.replace(SETS_FOLDER, 'second');
        if (timestamp === '20261125025405' && index === 0) continue;
        const bytes = timestamp === '20261125025400' && index === 0 ? content.slice(1) : content;
        await both.server.objects.put('copies', to, bytes);
      }
    }
    const page = await pageOf(both.place.config(both.server, options));
    expect(page.data.sets.slice(0, 4).map(({ replica }) => [replica.state, replica.objects])).toEqual([
      ['none', null],
      ['complete', null],
      ['incomplete', 8],
      ['incomplete', 5],
    ]);
    const shown = (page.tables.get('safety-table') ?? []).map((row) => plainText(row[5]?.text ?? ''));
    expect(shown.slice(0, 3)).toEqual(['✕ none', '✓ complete', '✕ 8 of 9 objects']);
  });

  test('are not known where the second site can not be read, which is said once', async () => {
    await using both = await startTwo();
    const { exitCode, stdout, stderr } = await both.place.run([
      'report',
      both.place.config(both.server, { ...options, remote_bucket: 'nowhere' }),
    ]);
    expect(exitCode).toBe(0);
    expect(stderr).toContain('replicas are not known: ');
    expect(stderr.trim().split('\n').length).toBe(1);
    const page = readReportPage(stdout.toString());
    expect(new Set(page.data.sets.map(({ replica }) => replica.state))).toEqual(new Set(['not known']));
    expect(both.server.requests.filter(({ bucket }) => bucket === 'nowhere').length).toBeLessThan(10);
  });
});

describe('streams', () => {
  test('are those that the hosts noted, of the last good backup that has notes', async () => {
    const timestamp = '20261125025323';
    const prefix = `${SETS_FOLDER}/backups/20261125/${timestamp}/`;
    const begin = Date.UTC(2026, 10, 25, 2, 53, 23);
    const lines = setFiles(timestamp).flatMap(({ key, content }, index) => {
      const [, segment] = /gpbackup_(\d+)_\d{14}_\d+/.exec(key) ?? [];
      if (segment === undefined) return [];
      const line = lineOf({
        key,
        content: Number(segment),
        oid: 1,
        table: undefined,
        bytesIn: 100,
        bytesStored: content.length,
        crc32: undefined,
        parts: 0,
        start: begin + index * 10,
        end: begin + index * 10 + 500,
        inputWait: 200,
        networkWait: 100,
        retries: 0,
        throttles: 0,
      });
      return [`${line ?? ''}\n`];
    });
    await using both = await startTwo();
    await both.server.objects.put('backups', `${prefix}${statisticsName(timestamp, 'sdw1')}`, lines.join(''));
    const page = await pageOf(both.place.config(both.server, { folder: SETS_FOLDER }));
    const { streams } = page.data;
    expect([streams?.timestamp, streams?.source]).toEqual([timestamp, 'statistics']);
    const { segments } = factsOfSet(timestamp);
    expect(streams?.lanes.map((lane) => [lane.content, lane.bytes])).toEqual(
      [...segments].toSorted(([one], [other]) => one - other),
    );
    for (const lane of streams?.lanes ?? []) {
      expect(lane.host).toBe('sdw1');
      expect(lane.seconds).toBe(lane.objects * 0.5);
      expect([lane.input_wait_seconds, lane.network_wait_seconds]).toEqual([
        Number((lane.objects * 0.2).toFixed(3)),
        Number((lane.objects * 0.1).toFixed(3)),
      ]);
    }
    const set = page.data.sets.find((each) => each.timestamp === timestamp);
    expect(set?.segment_bytes.length).toBe(2);
    expect(page.texts.get('streams')).toContain('as the hosts noted it');
  });
});

test('unfinished uploads are counted, with the time of the first and some of their keys', async () => {
  await using both = await startTwo();
  const begun = [new Date('2026-11-20T01:02:03Z'), new Date('2026-11-19T01:02:03Z')];
  for (const [index, initiated] of begun.entries())
    await both.server.objects.beginUpload('backups', `${SETS_FOLDER}/backups/20261119/x${index}`, {
      initiated,
    });
  await both.server.objects.beginUpload('backups', 'elsewhere/x', { initiated: new Date(0) });
  const path = both.place.config(both.server, { folder: SETS_FOLDER });
  const page = await pageOf(path);
  const keys = [0, 1].map((index) => `${SETS_FOLDER}/backups/20261119/x${index}`);
  expect(page.data.unfinished_uploads).toEqual({ count: 2, oldest: '2026-11-19T01:02:03.000Z', keys });
  expect(page.texts.get('uploads')).toContain('the oldest begun 2026-11-19 01:02:03 UTC');
  const { stdout } = await both.place.run(['metrics', path]);
  const uploads = parsePrometheusText(stdout.toString()).filter(({ name }) => name.includes('unfinished'));
  expect(uploads.map(({ value }) => value)).toEqual([2, Date.parse('2026-11-19T01:02:03Z') / 1000]);
});
