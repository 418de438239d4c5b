import { mkdirSync, mkdtempSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { LabBrowser } from '../lab/browser.ts';
import { generatedReport } from '../lab/generated-report.ts';
import { page } from '../src/output/html/page.ts';
import { reportJson } from '../src/output/report-json.ts';

/** `npm run docs:images`: the pictures of the page of `report` in docs/images, made in a real browser. */
const root = join(import.meta.dir, '..');
const into = join(root, 'docs', 'images');
const NOW = new Date(Date.UTC(2026, 10, 29, 8, 14));
/** Pixels. */
const [WIDTH, HEIGHT] = [1280, 900];

const work = mkdtempSync(join(tmpdir(), 'report-images-'));
process.on('exit', () => rmSync(work, { recursive: true, force: true }));
mkdirSync(into, { recursive: true });
const path = join(work, 'report.html');
const data = reportJson(await generatedReport({ sets: 28, tables: 240, segments: 24 }, NOW));
writeFileSync(path, [...page(data)].join(''));

await using browser = await LabBrowser.start();
for (const colours of ['light', 'dark'] as const) {
  await using opened = await browser.open(path, { width: WIDTH, colours });
  await opened.page.setViewportSize({ width: WIDTH, height: HEIGHT });
  const file = join(into, `report-${colours}.png`);
  await opened.page.screenshot({ path: file });
  console.log(`${file} (${Math.ceil(statSync(file).size / 1024)} KB)`);
}
const parts = [
  ['chains', 'tables'],
  ['segments', 'streams'],
] as const;
await using opened = await browser.open(path, { width: WIDTH });
for (const [first, last] of parts) {
  const [from, to] = [
    await opened.page.locator(`#${first}`).boundingBox(),
    await opened.page.locator(`#${last}`).boundingBox(),
  ];
  if (from === null || to === null) continue;
  const height = Math.min(to.y + to.height - from.y, HEIGHT);
  const file = join(into, `report-${last}.png`);
  await opened.page.screenshot({
    path: file,
    fullPage: true,
    clip: { x: from.x - 12, y: from.y - 8, width: from.width + 24, height: height + 16 },
  });
  console.log(`${file} (${Math.ceil(statSync(file).size / 1024)} KB)`);
}
