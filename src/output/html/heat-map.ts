import type { ReportJson } from '../report-json.ts';
import { type Html, html } from './html.ts';
import { sortable } from './table.ts';
import { ratioCell, size, sizeCell, timestampHead, written } from './values.ts';

type SetJson = ReportJson['sets'][number];

const LEFT = 132;
const TOP = 20;
const WIDEST = 1080;
const ROW = 13;

/** Parts of the average of a backup's segments, from which on a colour counts. */
const STEPS: readonly (readonly [from: number, label: string])[] = [
  [0, 'below ½'],
  [0.5, '½ to 0.8'],
  [0.8, '0.8 to 0.95'],
  [0.95, 'average ± 5 %'],
  [1.05, '1.05 to 1.25'],
  [1.25, '1.25 to 2'],
  [2, '2 or more'],
];

/** Bytes of each segment in each backup, by how far they are from the average of the backup. */
export function heatMap({ sets }: ReportJson): Html {
  const rows = sets.filter(({ segment_bytes: bytes }) => bytes.length > 0);
  if (rows.length === 0) return html`<p class="small">No backup here has data files.</p>`;
  const most = rows.reduce(
    (all, { segment_bytes: bytes }) => Math.max(all, (bytes.at(-1)?.content ?? 0) + 1),
    1,
  );
  const width = Math.max(2, Math.min(26, Math.floor((WIDEST - LEFT) / most)));
  const paths = STEPS.map(() => '');
  for (const [row, { segment_bytes: cells }] of rows.entries()) {
    const average = averageOf(cells);
    for (const { content, bytes } of cells) {
      const step = stepOf(average === 0 ? 1 : bytes / average);
      paths[step] += `M${LEFT + content * width} ${TOP + row * ROW}h${width - 1}v${ROW - 1}h-${width - 1}z`;
    }
  }
  const [full, height] = [LEFT + most * width + 4, TOP + rows.length * ROW + 4];
  const labels = rows.map(
    ({ timestamp }, row) =>
      html`<text class="axis" x="0" y="${TOP + row * ROW + 10}">${written(timestamp)}</text>`,
  );
  const every = Math.max(1, Math.ceil(28 / width));
  const heads = Array.from({ length: Math.ceil(most / every) }, (_, index) => index * every).map(
    (content) =>
      html`<text class="axis" x="${LEFT + content * width + width / 2 - 0.5}" y="13" text-anchor="middle">${content}</text>`,
  );
  return html`<figure class="wide"><div class="scroll" role="region" tabindex="0" aria-label="Heat map of segments">
<svg class="heat" id="heat" viewBox="0 0 ${full} ${height}" width="${full}" height="${height}" role="img" aria-label="Bytes of ${most} segments in ${rows.length} backups, by their distance from the average; the table below has the extremes" data-left="${LEFT}" data-top="${TOP}" data-cell="${width}" data-row="${ROW}">
${heads}${labels}${paths.map((path, step) => (path === '' ? '' : html`<path class="h${step}" d="${path}"/>`))}</svg></div>
<figcaption>${STEPS.map(([, label], step) => html`<span class="key"><svg width="12" height="12" aria-hidden="true"><rect class="h${step}" width="12" height="12"/></svg>${label}</span>`)} <output id="heat-value" class="muted">columns: segments (content id)</output></figcaption></figure>
${extremes(rows)}`;
}

function stepOf(ratio: number): number {
  return STEPS.findLastIndex(([from]) => ratio >= from);
}

function averageOf(cells: SetJson['segment_bytes']): number {
  return cells.reduce((sum, { bytes }) => sum + bytes, 0) / Math.max(1, cells.length);
}

function extremes(rows: readonly SetJson[]): Html {
  const body = rows.map(({ timestamp, segment_bytes: cells }) => {
    const sorted = cells.toSorted((one, other) => one.bytes - other.bytes);
    const [least, most] = [sorted[0], sorted.at(-1)];
    const average = averageOf(cells);
    return html`<tr>${timestampHead(timestamp)}<td class="n" data-v="${cells.length}">${cells.length}</td>${sizeCell(least?.bytes)}<td class="n" data-v="${Math.round(average)}" title="${average.toFixed(1)} bytes">${size(Math.round(average))}</td>${sizeCell(most?.bytes)}<td class="n" data-v="${most?.content ?? -1}">${most?.content}</td>${ratioCell(average === 0 ? null : (most?.bytes ?? 0) / average)}</tr>`;
  });
  const table = sortable(
    'segments-table',
    'Smallest and largest segment of each backup',
    ['Backup', '#Segments', '#Smallest', '#Average', '#Largest', '#Largest is', '#Of average'],
    body,
  );
  return html`<details><summary>As a table</summary>${table}</details>`;
}
