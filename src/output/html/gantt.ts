import type { ReportJson } from '../report-json.ts';
import { type Html, html } from './html.ts';
import { sortable } from './table.ts';
import { countCell, name, sizeCell, span, spanCell, written } from './values.ts';

type Streams = NonNullable<ReportJson['streams']>;
type Lane = Streams['lanes'][number];

const LEFT = 44;
/** For the shares of waiting. */
const RIGHT = 170;
const BAR = 120;
const WIDTH = 1080;
const TOP = 6;

/** When each segment stored its data, and how much of that time it waited. */
export function gantt({ streams }: ReportJson): Html {
  if (streams === null) return html`<p class="small">Times of single objects are not known.</p>`;
  const { lanes, source, timestamp } = streams;
  const total = Math.max(1, Date.parse(streams.to) - Date.parse(streams.from));
  const row = lanes.length > 40 ? 9 : lanes.length > 16 ? 12 : 18;
  const height = TOP + lanes.length * row + 26;
  const scale = (WIDTH - LEFT - RIGHT) / total;
  const x = (at: number): number => Math.round((LEFT + at * scale) * 10) / 10;
  const bars = lanes.map(({ spans }, index) => {
    const y = TOP + index * row + 1;
    const path = spans
      .map(([from, to]) => {
        const width = Math.max(1.5, Math.round((to - from) * scale * 10) / 10);
        return `M${x(from)} ${y}h${width}v${row - 2}h-${width}z`;
      })
      .join('');
    return html`<path class="span" d="${path}"/>`;
  });
  const shares = lanes.map((lane, index) => waitShare(lane, TOP + index * row + 1, row - 2));
  const every = Math.ceil(11 / row);
  const labels = lanes.map(({ content }, index) =>
    index % every === 0
      ? html`<text class="axis" x="${LEFT - 8}" y="${TOP + index * row + row / 2 + 4}" text-anchor="end">${contentName(content)}</text>`
      : html``,
  );
  const note =
    source === 'statistics'
      ? 'as the hosts noted it'
      : 'by the times at which the store completed each object; when a stream began is not known';
  return html`<figure class="wide"><div class="scroll" role="region" tabindex="0" aria-label="Streams over time">
<svg class="gantt" viewBox="0 0 ${WIDTH} ${height}" width="${WIDTH}" height="${height}" role="img" aria-label="When each of ${lanes.length} segments stored data of ${written(timestamp)}; the table below has the amounts">
${axis(total, height, x)}${labels}${bars}${shares}${source === 'statistics' ? html`<text class="axis" x="${WIDTH - BAR}" y="${height - 6}">share of waiting</text>` : ''}</svg></div>
<figcaption>Backup ${written(timestamp)}, ${span(total / 1000)} from its first to its last object, ${note}. Rows: content ids.</figcaption></figure>
${waits(lanes, source)}`;
}

/** About eight round steps. */
function axis(total: number, height: number, x: (at: number) => number): readonly Html[] {
  const steps = [
    0.1, 0.2, 0.5, 1, 2, 5, 10, 15, 30, 60, 120, 300, 600, 900, 1800, 3600, 7200, 14_400, 43_200,
  ];
  const step = (steps.find((seconds) => total / (seconds * 1000) <= 9) ?? 86_400) * 1000;
  return Array.from({ length: Math.floor(total / step) + 1 }, (_, index) => index * step).map(
    (at) =>
      html`<path class="grid" d="M${x(at)} ${TOP}V${height - 20}"/><text class="axis" x="${x(at)}" y="${height - 6}" text-anchor="${at === 0 ? 'start' : 'middle'}">${at === 0 ? 'start' : `+${step < 1000 ? `${(at / 1000).toFixed(1)} s` : span(at / 1000)}`}</text>`,
  );
}

function waits(lanes: readonly Lane[], source: Streams['source']): Html {
  const rows = lanes.map(
    (lane) =>
      html`<tr><th scope="row" data-v="${lane.content}">${contentName(lane.content)}</th><td>${lane.host === null ? html`<span class="none">not known</span>` : name(lane.host)}</td>${countCell(lane.objects)}${sizeCell(lane.bytes)}${spanCell(lane.seconds)}${spanCell(lane.input_wait_seconds)}${spanCell(lane.network_wait_seconds)}${countCell(lane.retries)}${countCell(lane.throttles)}</tr>`,
  );
  const table = sortable(
    'streams-table',
    'What each segment stored, and what its streams waited for (times of all streams of a segment added up)',
    [
      'Segment',
      'Host',
      '#Objects',
      '#Stored',
      '#Streams',
      '#Waited for the database',
      '#Waited for the store',
      '#Retries',
      '#Slow-downs',
    ],
    rows,
  );
  const hint =
    source === 'statistics'
      ? html`<p class="small"><span class="key"><svg width="12" height="12" aria-hidden="true"><rect class="w-input" width="12" height="12"/></svg>waited for the database</span><span class="key"><svg width="12" height="12" aria-hidden="true"><rect class="w-network" width="12" height="12"/></svg>waited for the store</span><span class="key"><svg width="12" height="12" aria-hidden="true"><rect class="w-rest" width="12" height="12"/></svg>neither</span></p>`
      : '';
  return html`${hint}<details${lanes.length > 16 ? '' : html` open`}><summary>As a table</summary>${table}</details>`;
}

/** Percent of the time of a lane's streams; undefined where it is not known. */
function partsOf({
  seconds,
  input_wait_seconds: input,
  network_wait_seconds: network,
}: Lane): { readonly input: number; readonly network: number } | undefined {
  if (seconds === null || input === null || network === null || seconds === 0) return undefined;
  const partOf = (waited: number): number => Math.min(100, Math.round((waited / seconds) * 100));
  const first = partOf(input);
  return { input: first, network: Math.min(partOf(network), 100 - first) };
}

/** Next to the lane: waited for the database, for the store, neither. */
function waitShare(lane: Lane, y: number, height: number): Html {
  const parts = partsOf(lane);
  if (parts === undefined) return html``;
  const [left, scale] = [WIDTH - BAR, BAR / 100];
  const bar = (kind: string, from: number, part: number): Html =>
    html`<rect class="${kind}" x="${left + from * scale}" y="${y}" width="${part * scale}" height="${height}"/>`;
  return html`${bar('w-input', 0, parts.input)}${bar('w-network', parts.input, parts.network)}${bar('w-rest', parts.input + parts.network, 100 - parts.input - parts.network)}`;
}

function contentName(content: number): string {
  return content === -1 ? 'coord.' : String(content);
}
