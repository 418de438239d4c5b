import type { ReportJson } from '../report-json.ts';
import { type Html, html } from './html.ts';
import { count, size, written } from './values.ts';

type SetJson = ReportJson['sets'][number];

const TOP = 16;
const LANE = 26;
const WIDTH = 1080;
const LEFT = 20;

interface Place {
  readonly set: SetJson;
  readonly x: number;
  readonly lane: number;
}

/** The backups in their order, each joined to the one that it was made on. */
export function chainPicture({ sets }: ReportJson): Html {
  const places = placed(sets.toReversed());
  const byTimestamp = new Map(places.map((place) => [place.set.timestamp, place]));
  const lanes = places.reduce((most, { lane }) => Math.max(most, lane + 1), 1);
  const height = TOP + lanes * LANE + 22;
  const y = ({ lane }: Place): number => TOP + lane * LANE;
  const lines = places.flatMap((place) => {
    const { base } = place.set;
    if (base === null) return [];
    const from = byTimestamp.get(base);
    const kind = place.set.broken_bases.includes(base) ? 'gone' : 'older';
    if (from === undefined)
      return [html`<path class="link ${kind}" d="M${Math.max(2, place.x - 16)} ${y(place)}H${place.x}"/>`];
    const middle = (from.x + place.x) / 2;
    return [
      html`<path class="link" d="M${from.x} ${y(from)}C${middle} ${y(from)} ${middle} ${y(place)} ${place.x} ${y(place)}"/>`,
    ];
  });
  const marks = places.map((place) => mark(place, y(place)));
  return html`<figure class="wide"><div class="scroll" role="region" tabindex="0" aria-label="Picture of the chains">
<svg class="chains" viewBox="0 0 ${WIDTH} ${height}" width="${WIDTH}" height="${height}" role="img" aria-label="${altOf(sets)}">
${days(places, height)}${lines}${marks}</svg></div>
<figcaption><span class="key"><svg width="12" height="12" aria-hidden="true"><circle class="full" cx="6" cy="6" r="5"/></svg>full</span>
<span class="key"><svg width="12" height="12" aria-hidden="true"><circle class="incremental" cx="6" cy="6" r="4"/></svg>incremental</span>
<span class="key"><svg width="12" height="12" aria-hidden="true"><rect class="other" x="2" y="2" width="8" height="8"/></svg>metadata or data only</span>
<span class="key"><svg width="12" height="12" aria-hidden="true"><path class="failed" d="M2 2l8 8M10 2l-8 8"/></svg>failed</span>
<span class="key"><svg width="12" height="12" aria-hidden="true"><circle class="running" cx="6" cy="6" r="4"/></svg>being written</span></figcaption>
${chainList(sets)}</figure>`;
}

/** Even steps from left to right; a chain keeps its lane, and a lane is used again when its chain has ended. */
function placed(sets: readonly SetJson[]): readonly Place[] {
  const step = Math.min(64, (WIDTH - 2 * LEFT) / Math.max(1, sets.length - 1));
  const lastOf = new Map<string, number>();
  const rootOf = new Map<string, string>();
  for (const [index, set] of sets.entries()) {
    const root = set.base === null ? set.timestamp : (rootOf.get(set.base) ?? set.base);
    rootOf.set(set.timestamp, root);
    lastOf.set(root, index);
  }
  const busyUntil: number[] = [];
  const laneOf = new Map<string, number>();
  return sets.map((set, index) => {
    const root = rootOf.get(set.timestamp) ?? set.timestamp;
    let lane = laneOf.get(root);
    if (lane === undefined) {
      const free = busyUntil.findIndex((until) => until < index);
      lane = free < 0 ? busyUntil.length : free;
      laneOf.set(root, lane);
      busyUntil[lane] = lastOf.get(root) ?? index;
    }
    return { set, lane, x: Math.round((LEFT + index * step) * 10) / 10 };
  });
}

function mark({ set, x }: Place, y: number): Html {
  const title = html`<title>${written(set.timestamp)} · ${set.database ?? 'unknown database'} · ${set.type ?? 'type not known'} · ${set.status} · ${size(set.size)}</title>`;
  if (set.status === 'Running')
    return html`<circle class="running" cx="${x}" cy="${y}" r="5">${title}</circle>`;
  if (set.status !== 'Success')
    return html`<path class="failed" d="M${x - 4.5} ${y - 4.5}l9 9M${x + 4.5} ${y - 4.5}l-9 9">${title}</path>`;
  if (set.type === 'full') return html`<circle class="full" cx="${x}" cy="${y}" r="6">${title}</circle>`;
  if (set.type === 'incremental')
    return html`<circle class="incremental" cx="${x}" cy="${y}" r="4.5">${title}</circle>`;
  return html`<rect class="other" x="${x - 4}" y="${y - 4}" width="8" height="8">${title}</rect>`;
}

/** The first backup of a day is marked with it, where there is room; the first of all with its year. */
function days(places: readonly Place[], height: number): readonly Html[] {
  let [day, free] = ['', -Infinity];
  return places.flatMap(({ set, x }) => {
    const own = written(set.timestamp).slice(0, 10);
    if (own === day) return [];
    const isFirst = day === '';
    day = own;
    const tick = html`<path class="tick" d="M${x} ${height - 20}v4"/>`;
    if (x < free || x > WIDTH - 20) return [tick];
    free = x + (isFirst ? 84 : 48);
    const label = isFirst ? own : own.slice(5);
    return [
      html`${tick}<text class="axis" x="${isFirst ? x - 6 : x}" y="${height - 4}"${isFirst ? '' : html` text-anchor="middle"`}>${label}</text>`,
    ];
  });
}

function altOf(sets: readonly SetJson[]): string {
  const incremental = sets.filter(({ base }) => base !== null).length;
  return `${count(sets.length)} backups, ${count(incremental)} of them built on others; the list below has the same`;
}

/** The chains in words. */
function chainList(sets: readonly SetJson[]): Html {
  const built = sets.filter(({ bases }) => bases.length > 0);
  if (built.length === 0) return html`<p class="small">No backup is built on another one.</p>`;
  return html`<details><summary>Chains as a list</summary><ul class="small">${built.map(
    (set) =>
      html`<li>${written(set.timestamp)} is built on ${set.bases.map(written).join(', ')}${
        set.broken_bases.length === 0
          ? ''
          : html` <b class="bad-text">not there or not good: ${set.broken_bases.map(written).join(', ')}</b>`
      }</li>`,
  )}</ul></details>`;
}
