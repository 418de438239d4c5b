import { beforeAll, describe, expect, test } from 'bun:test';
import { generatedReport } from '../../../lab/generated-report.ts';
import { plainText, type ReportPage, readReportPage } from '../../../lab/program/report-page.ts';
import { MiB } from '../../../src/base/bytes.ts';
import { page } from '../../../src/output/html/page.ts';
import { type ReportJson, reportJson } from '../../../src/output/report-json.ts';

const NOW = new Date(Date.UTC(2026, 10, 29, 8, 14));
const hashOf = (text: string): string =>
  `'sha256-${new Bun.CryptoHasher('sha256').update(text).digest('base64')}'`;

let text: string;
let data: ReportJson;
let read: ReportPage;
beforeAll(async () => {
  data = reportJson(await generatedReport({ sets: 100, tables: 1000, segments: 64 }, NOW));
  text = [...page(data)].join('');
  read = readReportPage(text);
});

describe('the page of 100 backups of 1,000 tables on 64 segments', () => {
  test('is below 2 MB', () => {
    expect(Buffer.byteLength(text)).toBeLessThan(2 * MiB);
    expect(read.data).toEqual(data);
    expect(data.tables_total).toBe(1000);
    expect(data.sets.length).toBe(100);
    expect(data.sets.every(({ segment_bytes: some }) => some.length === 64)).toBe(true);
  });

  test('needs nothing from a network, and runs nothing but its own script', () => {
    const directives = new Map(read.policy.split('; ').map((each) => [each.split(' ')[0], each]));
    expect(directives.get('default-src')).toBe("default-src 'none'");
    expect(read.scripts.map(hashOf)).toEqual([
      directives.get('script-src')?.slice('script-src '.length) ?? '',
    ]);
    expect(read.styles.map(hashOf)).toEqual([directives.get('style-src')?.slice('style-src '.length) ?? '']);
    expect(read.places).toEqual(['href=#backups']);
    for (const name of ['link', 'img', 'iframe', 'object', 'form', 'base', 'image', 'use'])
      expect(read.elements.get(name)).toBeUndefined();
    expect(read.styles.join('')).not.toMatch(/@import|url\(/);
    expect(read.scripts.join('')).not.toMatch(/\bfetch\(|XMLHttpRequest|\bimport\(|sendBeacon/);
  });

  test('has the licence of the chart library in it', () => {
    expect(read.scripts.join('')).toContain('Permission is hereby granted, free of charge');
    expect(read.scripts.join('')).toContain('Leon Sorokin');
  });

  test('has a line for each backup, each segment and each table of its data', () => {
    expect(read.tables.get('backups-table')?.length).toBe(100);
    expect(read.tables.get('safety-table')?.length).toBe(100);
    expect(read.tables.get('segments-table')?.length).toBe(100);
    expect(read.tables.get('streams-table')?.length).toBe(64);
    expect(read.tables.get('tables-table')?.length).toBe(data.tables.length);
  });

  test('numbers have a unit, and their exact value in the title', () => {
    const cells = [...read.tables.values()].flat(2).filter(({ title }) => title?.endsWith(' bytes'));
    expect(cells.length).toBeGreaterThan(500);
    for (const { value, title, text: shown } of cells) {
      if (!title?.includes('.')) expect(title?.replaceAll(',', '')).toBe(`${value} bytes`);
      expect(plainText(shown)).toMatch(/^[\d.]+\u202F[KMGT]?B$/);
    }
  });

  test('streams: what each segment stored and waited for', () => {
    const rows = read.tables.get('streams-table') ?? [];
    for (const [index, lane] of (data.streams?.lanes ?? []).entries()) {
      const shown = rows[index]?.map(({ value, text: seen }) => value ?? plainText(seen)) ?? [];
      expect(shown).toEqual(
        [
          lane.content,
          lane.host,
          lane.objects,
          lane.bytes,
          lane.seconds,
          lane.input_wait_seconds,
          lane.network_wait_seconds,
          lane.retries,
          lane.throttles,
        ].map(String),
      );
    }
  });
});

/** The text of the verdict of a small report. */
async function verdictText(change: (json: ReportJson) => ReportJson): Promise<string> {
  const small = reportJson(await generatedReport({ sets: 12, tables: 20, segments: 4 }, NOW));
  return readReportPage([...page(change(small))].join('')).texts.get('verdict') ?? '';
}

describe('the verdict in words', () => {
  test('good, with the age', async () => {
    expect(await verdictText((json) => json)).toMatch(
      /The last backup is good\s+6\u202Fh\s[\d]+\u202Fmin old|The last backup is good\s+5\u202Fh/,
    );
  });

  test('of two databases, the worst counts and each is named', async () => {
    const text2 = await verdictText((json) => {
      const [first] = json.verdict.databases;
      if (first === undefined) return json;
      const other = {
        ...first,
        database: 'crm',
        grade: 'bad' as const,
        reasons: ['no good backup'],
        last_good: null,
      };
      return { ...json, verdict: { ...json.verdict, grade: 'bad', databases: [other, first] } };
    });
    expect(text2).toContain('The last backup of 1 of 2 databases is not good');
    expect(text2).toContain('crm');
    expect(text2).toContain('sales');
  });
});
