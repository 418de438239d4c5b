import { formatSize } from '../../base/bytes.ts';
import { type Html, html } from './html.ts';

const THIN = '\u202F';
const DASH = html`<span class="none" title="not known">–</span>`;
const COUNT = new Intl.NumberFormat('en-US');

/** `1,234`. */
export function count(value: number): string {
  return COUNT.format(value);
}

/** `12.5 MB`. */
export function size(bytes: number): string {
  return formatSize(bytes).replace(/(?=[KMGT]?B$)/, THIN);
}

/** `5 h 12 min`, `3 d 4 h`, `12 s`. */
export function span(seconds: number): string {
  const whole = Math.round(seconds);
  const [days, hours] = [Math.floor(whole / 86_400), Math.floor(whole / 3600) % 24];
  const [minutes, rest] = [Math.floor(whole / 60) % 60, whole % 60];
  const parts: readonly (readonly [number, string])[] = [
    [days, 'd'],
    [hours, 'h'],
    [minutes, 'min'],
    [rest, 's'],
  ];
  const first = parts.findIndex(([amount]) => amount > 0);
  if (first < 0) return `0${THIN}s`;
  return parts
    .slice(first, first + 2)
    .filter(([amount]) => amount > 0)
    .map(([amount, unit]) => `${amount}${THIN}${unit}`)
    .join(' ');
}

/** The timestamp as gpbackup wrote it, in the local time of the cluster. */
export function written(timestamp: string): string {
  return timestamp.replace(/^(\d{4})(\d\d)(\d\d)(\d\d)(\d\d)(\d\d)$/, '$1-$2-$3 $4:$5:$6');
}

/** `2026-11-25 02:53:23 UTC`, with the exact time for programs. */
export function instant(iso: string): Html {
  return html`<time datetime="${iso}" title="${iso}">${iso.slice(0, 19).replace('T', ' ')} UTC</time>`;
}

/** A cell with a number: `shown` for people, `exact` in the title, and the value for sorting. */
function cell(value: number | null | undefined, shown: string, exact: string): Html {
  if (value === null || value === undefined) return html`<td class="n" data-v="-1">${DASH}</td>`;
  return html`<td class="n" data-v="${value}" title="${exact}">${shown}</td>`;
}

export function sizeCell(bytes: number | null | undefined, note = ''): Html {
  return cell(bytes, size(bytes ?? 0), `${count(bytes ?? 0)} bytes${note}`);
}

export function countCell(value: number | null | undefined, unit = ''): Html {
  return cell(value, count(value ?? 0), `${count(value ?? 0)} ${unit}`.trim());
}

export function spanCell(seconds: number | null | undefined): Html {
  return cell(seconds, span(seconds ?? 0), `${count(seconds ?? 0)} seconds`);
}

export function rateCell(bytes: number | null | undefined): Html {
  return cell(bytes, `${size(bytes ?? 0)}/s`, `${count(bytes ?? 0)} bytes per second`);
}

/** `×1.25`. */
export function ratioCell(ratio: number | null | undefined): Html {
  return cell(ratio, `×${(ratio ?? 0).toFixed(2)}`, String(ratio ?? 0));
}

/** `+12.5 %` of what was there before. */
export function growthCell(now: number, before: number): Html {
  if (now === before) return html`<td class="n muted" data-v="0" title="no change">0${THIN}%</td>`;
  const exact = `${count(before)} to ${count(now)} rows`;
  if (before === 0) return html`<td class="n" data-v="1e12" title="${exact}">new</td>`;
  const percent = ((now - before) / before) * 100;
  const digits = Math.abs(percent) < 10 ? 1 : 0;
  const shown = `${percent > 0 ? '+' : '−'}${count(Number(Math.abs(percent).toFixed(digits)))}${THIN}%`;
  return html`<td class="n" data-v="${percent.toFixed(3)}" title="${exact}">${shown}</td>`;
}

/** A timestamp as the first cell of a row. */
export function timestampHead(timestamp: string): Html {
  return html`<th scope="row" class="ts" data-v="${timestamp}" title="${timestamp}">${written(timestamp)}</th>`;
}

/** Nothing is known: a dash that says so. */
export function notKnown(): Html {
  return html`<span class="none">not known</span>`;
}

/** A name of somebody else, whatever its writing direction. */
export function name(text: string): Html {
  return html`<bdi>${text}</bdi>`;
}
