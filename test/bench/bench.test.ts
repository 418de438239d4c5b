import { expect, test } from 'bun:test';
import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { scaleOf } from '../../bench/cases/case.ts';
import { allCases } from '../../bench/cases/index.ts';
import { OURS } from '../../bench/report/goals.ts';
import type { Results } from '../../bench/results.ts';
import { pieceOf } from '../../lab/markdown/markers.ts';
import { PLUGIN } from '../../lab/program/plugin.ts';
import { ROOT } from '../docs/document.ts';

test('a quick bench measures every case, and writes document, data and pictures', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'gpbackup-s3-plugin-bench-test-'));
  try {
    const bench = Bun.spawn(
      [process.execPath, 'bench/main.ts', '--quick', '--no-peers', '--output', folder],
      { cwd: ROOT, env: { ...process.env, PLUGIN }, stdin: 'ignore', stdout: 'pipe', stderr: 'pipe' },
    );
    const [output, errors, status] = await Promise.all([
      new Response(bench.stdout).text(),
      new Response(bench.stderr).text(),
      bench.exited,
    ]);
    expect([status, errors]).toEqual([0, '']);
    const { cases, commitCharge } = (await Bun.file(join(folder, 'performance.json')).json()) as Results;
    const text = await Bun.file(join(folder, 'performance.md')).text();
    for (const { id, bytes, group } of allCases(scaleOf(true))) {
      expect(output).toContain(`${id}: `);
      const figures = cases[id]?.peers.find(({ peer }) => peer === OURS)?.medians;
      expect(figures?.wall).toBeGreaterThan(0);
      expect(figures?.cpu).toBeGreaterThan(0);
      expect(figures?.peak).toBeGreaterThan(0);
      expect(figures?.wire).toBeGreaterThanOrEqual(bytes);
      if (group !== 'growth') expect(pieceOf(text, id)).toContain(`| ${OURS} |`);
    }
    expect(commitCharge[0]?.idle).toBeGreaterThan(0);
    expect(readdirSync(folder).filter((name) => name.endsWith('.svg')).length).toBe(6);
  } finally {
    rmSync(folder, { recursive: true });
  }
}, 60_000);
