import { afterAll, beforeAll, describe, expect, test } from 'bun:test';
import { readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { CreateBucketCommand, PutObjectCommand, type S3Client } from '@aws-sdk/client-s3';
import { LabBrowser, type OpenPage, type View } from '../../lab/browser.ts';
import { generatedReport } from '../../lab/generated-report.ts';
import { Workplace } from '../../lab/program/plugin.ts';
import { parsePrometheusText } from '../../lab/program/prometheus-text.ts';
import { plainText, type ReportPage, readReportPage } from '../../lab/program/report-page.ts';
import { factsOfSet } from '../../lab/program/set-facts.ts';
import { unpackDebianPackages } from '../../lab/servers/debian-program.ts';
import { minio } from '../../lab/servers/minio.ts';
import { seaweedfs } from '../../lab/servers/seaweedfs.ts';
import type { RunningServer } from '../../lab/servers/server.ts';
import { versitygw } from '../../lab/servers/versitygw.ts';
import { SETS_FOLDER, setFiles } from '../../lab/sets.ts';
import { putSets } from '../../lab/sets-in-server.ts';
import { startTestServer, type TestServer } from '../../lab/test-server.ts';
import type { BackupRow } from '../../src/output/backup-rows.ts';
import { page as pageText } from '../../src/output/html/page.ts';
import { reportJson } from '../../src/output/report-json.ts';
import { sdkClient } from '../compatibility/trial.ts';
import { installed } from './installed.ts';

const DOCUMENT = join(import.meta.dir, '..', '..', 'docs', 'report.md');

let server: TestServer;
let place: Workplace;
let config: string;
let browser: LabBrowser | undefined;
/** The page of the real sets, and one of a warehouse with hundreds of tables. */
let real: string;
let large: string;
let read: ReportPage;

const hasBrowser = await installed(async () => {
  browser = await LabBrowser.start();
});
let promtool = '';
const hasPromtool = await installed(async () => {
  promtool = join(await unpackDebianPackages('prometheus'), 'usr/bin/promtool');
});

beforeAll(async () => {
  server = await startTestServer();
  await putSets(server);
  place = new Workplace();
  config = place.config(server, { folder: SETS_FOLDER });
  real = place.path('real.html');
  expect((await place.run(['report', config, '--out', real])).exitCode).toBe(0);
  read = readReportPage(readFileSync(real, 'utf8'));
  const data = reportJson(await generatedReport({ sets: 100, tables: 1000, segments: 64 }, new Date()));
  large = place.write('large.html', [...pageText(data)].join(''));
});
afterAll(async () => {
  await browser?.[Symbol.asyncDispose]();
  place[Symbol.dispose]();
  await server.stop();
});

async function open(path: string, view: View): Promise<OpenPage> {
  if (browser === undefined) throw new Error('no browser');
  return await browser.open(path, view);
}

/** Exact values of the cells of a table as the browser has them, in the order in which they are seen. */
async function cells({ page }: OpenPage, table: string): Promise<string[][]> {
  return await page
    .locator(`#${table} tbody tr`)
    .evaluateAll((rows) =>
      rows.map((row) =>
        Array.from(
          (row as unknown as { cells: Iterable<{ dataset: { v?: string }; textContent: string }> }).cells,
        ).map((cell) => cell.dataset.v ?? cell.textContent.trim()),
      ),
    );
}

const WIDTHS = [390, 1440] as const;
const COLOURS = ['light', 'dark'] as const;
const VIEWS = WIDTHS.flatMap((width) => COLOURS.map((colours) => ({ width, colours })));

describe.skipIf(!hasBrowser)('in Chromium', () => {
  test.each(VIEWS)(
    'no complaint, no request but the file, nothing wider than the window: %p',
    async (view) => {
      for (const path of [real, large]) {
        await using opened = await open(path, view);
        await opened.page.evaluate('document.fonts.ready.then(() => 1)');
        expect(opened.complaints).toEqual([]);
        expect(opened.requests).toEqual([`file://${path}`]);
        expect(await opened.page.evaluate('document.documentElement.scrollWidth - innerWidth')).toBe(0);
        expect(await opened.page.locator('.chart canvas').count()).toBe(4);
      }
    },
  );

  test('the numbers that are seen are those of list_backups', async () => {
    const { stdout } = await place.run(['list_backups', config, '--json']);
    const { result } = JSON.parse(stdout.toString()) as { readonly result: readonly BackupRow[] };
    await using opened = await open(real, { width: 1440 });
    const rows = await cells(opened, 'backups-table');
    expect(rows.map((row) => [row[0], row[5], row[6], row[10], row[11]])).toEqual(
      result.map((row) => [
        row.timestamp,
        String(row.duration_seconds ?? -1),
        String(row.size),
        String(row.objects),
        String(row.segments),
      ]),
    );
  });

  test('each table is in the browser what it is in the file', async () => {
    await using opened = await open(real, { width: 1440 });
    for (const [id, rows] of read.tables) {
      const written = rows.map((row) => row.map(({ value, text }) => value ?? plainText(text)));
      expect([id, await cells(opened, id)]).toEqual([id, written]);
    }
  });

  test('the verdict is the first thing, within the first screen, in words', async () => {
    for (const width of WIDTHS) {
      await using opened = await open(real, { width });
      const banner = opened.page.locator('#verdict');
      const box = await banner.boundingBox();
      expect(box?.y ?? Infinity).toBeLessThan(120);
      expect((box?.y ?? 0) + (box?.height ?? Infinity)).toBeLessThan(900);
      expect(await banner.innerText()).toContain('The last backup is not good');
    }
  });

  test('a click sorts by exact values, the next one the other way around', async () => {
    await using opened = await open(real, { width: 1440 });
    const head = opened.page.locator('#backups-table thead th').nth(6);
    await head.locator('button').click();
    expect(await head.getAttribute('aria-sort')).toBe('descending');
    const sizes = (await cells(opened, 'backups-table')).map((row) => Number(row[6]));
    expect(sizes).toEqual(sizes.toSorted((one, other) => other - one));
    await head.locator('button').click();
    expect(await head.getAttribute('aria-sort')).toBe('ascending');
    const turned = (await cells(opened, 'backups-table')).map((row) => Number(row[6]));
    expect(turned).toEqual(sizes.toReversed());
  });

  test('the keyboard sorts as well, and one column at a time says so', async () => {
    await using opened = await open(real, { width: 1440 });
    const heads = opened.page.locator('#tables-table thead th');
    await heads.nth(1).locator('button').focus();
    await opened.page.keyboard.press('Enter');
    await opened.page.keyboard.press('Tab');
    await opened.page.keyboard.press('Space');
    const orders = await heads.evaluateAll((all) =>
      all.map((each) =>
        (each as unknown as { getAttribute(name: string): string }).getAttribute('aria-sort'),
      ),
    );
    expect(orders.filter((order) => order !== 'none')).toEqual(['descending']);
    expect(orders[2]).toBe('descending');
    const bytes = (await cells(opened, 'tables-table')).map((row) => Number(row[2]));
    expect(bytes).toEqual(bytes.toSorted((one, other) => other - one));
  });

  test('dark and light have text that contrasts by 4.5 to 1 at least', async () => {
    for (const colours of COLOURS) {
      await using opened = await open(real, { width: 1440, colours });
      const worst = await opened.page.evaluate(CONTRASTS);
      expect(worst as readonly string[]).toEqual([]);
    }
  });

  test('printed from the dark, it is light, and everything is open', async () => {
    await using opened = await open(real, { width: 1440, colours: 'dark' });
    const { page } = opened;
    await page.evaluate('globalThis.seen = []');
    await page.evaluate(
      "addEventListener('beforeprint', () => seen.push(getComputedStyle(document.documentElement).getPropertyValue('--paper').trim(), document.querySelectorAll('details:not([open])').length))",
    );
    const pdf = await page.pdf({ preferCSSPageSize: true });
    expect(pdf.subarray(0, 5).toString()).toBe('%PDF-');
    expect(await page.evaluate('seen')).toEqual(['#ffffff', 0]);
    expect(
      await page.evaluate("getComputedStyle(document.documentElement).getPropertyValue('--paper').trim()"),
    ).toBe('#15191f');
    expect(opened.complaints).toEqual([]);
  });

  test('without its script all numbers are there', async () => {
    await using opened = await open(real, { width: 1440, scripts: false });
    const text = await opened.page.content();
    expect(readReportPage(text).tables.get('backups-table')?.length).toBe(18);
    expect(await opened.page.locator('#verdict h2').innerText()).toContain('The last backup is not good');
  });

  test('a hostile name runs nothing', async () => {
    const data = reportJson(await generatedReport({ sets: 3, tables: 3, segments: 2 }, new Date()));
    const name = '</script><script>console.log(1)</script><img src=x onerror=console.log(2)>\u202E';
    const hostile = {
      ...data,
      place: name,
      sets: data.sets.map((set) => ({ ...set, database: name, error: name, left_out: [name] })),
      tables: data.tables.map((table) => ({ ...table, schema: name, table: name })),
      unfinished_uploads: { count: 1, oldest: null, keys: [name] },
    };
    const path = place.write('hostile.html', [...pageText(hostile)].join(''));
    await using opened = await open(path, { width: 1440 });
    expect([opened.complaints, opened.requests]).toEqual([[], [`file://${path}`]]);
    const shown = name.replace('\u202E', '\\u202e');
    expect(await opened.page.locator('#tables-table tbody th').first().innerText()).toBe(`${shown}.${shown}`);
    expect(await opened.page.locator('h1').innerText()).toContain(shown);
  });

  test('the page of 100 backups, 1,000 tables and 64 segments is ready within 20 s', async () => {
    expect(statSync(large).size).toBeLessThan(2 * 1024 * 1024);
    const startedAt = performance.now();
    await using opened = await open(large, { width: 1440 });
    expect(await opened.page.locator('#backups-table tbody tr').count()).toBe(100);
    expect(performance.now() - startedAt).toBeLessThan(20_000);
  });
});

describe.skipIf(!hasPromtool)('promtool', () => {
  test('finds nothing wrong with the metrics, and would with a wrong one', async () => {
    const { stdout } = await place.run(['metrics', config]);
    expect(parsePrometheusText(stdout.toString()).length).toBeGreaterThan(20);
    const lint = (text: Uint8Array): { readonly exitCode: number; readonly output: string } => {
      const path = place.path('lint.prom');
      writeFileSync(path, text);
      const {
        exitCode,
        stdout: out,
        stderr,
      } = Bun.spawnSync([promtool, 'check', 'metrics'], { stdin: Bun.file(path) });
      return { exitCode, output: `${out.toString()}${stderr.toString()}` };
    };
    expect(lint(stdout)).toEqual({ exitCode: 0, output: '' });
    expect(lint(new TextEncoder().encode('a_total{x="1} 1\n')).exitCode).not.toBe(0);
  });

  test('takes the alert rules of docs/report.md', () => {
    const [, rules = ''] = /^```text\n(groups:\n.*?)^```/ms.exec(readFileSync(DOCUMENT, 'utf8')) ?? [];
    expect(rules).toContain('NoGoodBackup');
    const path = place.write('rules.yml', rules);
    const { exitCode, stdout } = Bun.spawnSync([promtool, 'check', 'rules', path]);
    expect([exitCode, stdout.toString()]).toEqual([
      0,
      expect.stringContaining('3 rules found') as unknown as string,
    ]);
  });
});

/** The real sets on real servers. */
const STARTING = 200_000;
describe.each([minio, versitygw, seaweedfs])('on $title', (program) => {
  let running: RunningServer | undefined;
  let sdk: S3Client | undefined;
  let isThere = false;
  beforeAll(async () => {
    isThere = await installed(() => program.install());
    if (!isThere) return;
    running = await program.start();
    sdk = sdkClient({ ...running, title: '' } as never);
    await sdk.send(new CreateBucketCommand({ Bucket: 'backups' }));
    for (const { key, content } of setFiles())
      await sdk.send(new PutObjectCommand({ Bucket: 'backups', Key: key, Body: content }));
  }, STARTING);
  afterAll(async () => {
    sdk?.destroy();
    await running?.stop();
  });

  test(
    'report and metrics agree with the files',
    async () => {
      if (running === undefined) return;
      const { endpoint, accessKeyId, secretAccessKey, region } = running;
      const options = { aws_access_key_id: accessKeyId, aws_secret_access_key: secretAccessKey, region };
      const path = place.config(
        { url: endpoint },
        { ...options, folder: SETS_FOLDER },
        `${program.name}.yaml`,
      );
      const out = place.path(`${program.name}.html`);
      const made = await place.run(['report', path, '--out', out]);
      expect([made.exitCode, made.stdout.toString()]).toEqual([0, '']);
      const own = readReportPage(readFileSync(out, 'utf8'));
      expect(own.data.sets.length).toBe(18);
      for (const set of own.data.sets) {
        const facts = factsOfSet(set.timestamp);
        const rows = facts.rows && [...facts.rows.values()].reduce((sum, each) => sum + each, 0);
        expect([set.timestamp, set.size, set.objects, set.rows]).toEqual([
          set.timestamp,
          facts.bytes,
          facts.objects,
          rows ?? null,
        ]);
        expect(set.findings ?? []).toEqual([]);
      }
      const { exitCode, stdout } = await place.run(['metrics', path]);
      expect(exitCode).toBe(0);
      const samples = parsePrometheusText(stdout.toString());
      const backups = samples.filter(({ name }) => name === 'gpbackup_s3_backups');
      expect(backups.reduce((sum, { value }) => sum + value, 0)).toBe(18);
    },
    STARTING,
  );
});

/** Texts whose colour is too near to that of what is behind them (WCAG 2.2, 1.4.3); run in the page. */
const CONTRASTS = `(() => {
  const channel = (value) => (value /= 255) <= 0.04045 ? value / 12.92 : ((value + 0.055) / 1.055) ** 2.4;
  const rgb = (text) => text.match(/[\\d.]+/g).map(Number);
  const light = ([r, g, b]) => 0.2126 * channel(r) + 0.7152 * channel(g) + 0.0722 * channel(b);
  const behind = (element) => {
    for (let at = element; at !== null; at = at.parentElement) {
      const colour = rgb(getComputedStyle(at).backgroundColor);
      if (colour.length === 3 || colour[3] > 0) return colour;
    }
    return [255, 255, 255];
  };
  const wrong = new Set();
  for (const element of document.querySelectorAll('body *:not(script):not(svg *)')) {
    const own = [...element.childNodes].some((node) => node.nodeType === 3 && node.textContent.trim() !== '');
    if (!own || element.offsetParent === null) continue;
    const [one, other] = [light(rgb(getComputedStyle(element).color)), light(behind(element))];
    const ratio = (Math.max(one, other) + 0.05) / (Math.min(one, other) + 0.05);
    if (ratio < 4.5) wrong.add(element.tagName + '.' + element.className + ' ' + ratio.toFixed(2));
  }
  return [...wrong];
})()`;
