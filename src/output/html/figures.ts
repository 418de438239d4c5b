import type { ReportJson } from '../report-json.ts';
import { type Html, html } from './html.ts';
import { count, instant, name, size, span } from './values.ts';

/** The name of the place, and when the page was made. */
export function pageHead({ place, made }: ReportJson): Html {
  return html`<header class="top"><h1>Backups in ${name(place)}</h1><p>Made ${instant(made)}</p></header>`;
}

/** A few figures over all backups that are shown. */
export function keyFigures({ sets, sets_total: total, unfinished_uploads: uploads }: ReportJson): Html {
  const failed = sets.filter(({ status }) => status === 'Failure' || status === 'Unreadable').length;
  const bytes = sets.reduce((sum, set) => sum + set.size, 0);
  const objects = sets.reduce((sum, set) => sum + set.objects, 0);
  const durations = sets.flatMap(({ duration_seconds: seconds }) => seconds ?? []).toSorted((a, b) => a - b);
  const median = durations[Math.floor((durations.length - 1) / 2)];
  return html`<dl class="figures">
${figure('Backups', sets.length < total ? `${count(sets.length)} of ${count(total)}` : count(total), '', 'shown here')}
${figure('Failed', count(failed), failed > 0 ? 'bad-text' : '', 'of those shown')}
${figure('Size', size(bytes), '', `${count(bytes)} bytes`)}
${figure('Objects', count(objects), '', '')}
${figure('Typical duration', median === undefined ? 'not known' : span(median), '', 'median')}
${figure('Unfinished uploads', uploads === null ? 'not known' : count(uploads.count), '', '')}
</dl>`;
}

function figure(title: string, value: string, kind: string, note: string): Html {
  return html`<div><dt>${title}</dt><dd class="${kind}" title="${note}">${value}</dd></div>`;
}

const CHARTS = [
  ['size', 'Size'],
  ['rows', 'Rows'],
  ['duration_seconds', 'Duration'],
  ['bytes_per_second', 'Rate'],
] as const;

/** Where the script draws; without it the table below has the numbers. */
export function charts({ sets }: ReportJson): Html {
  if (sets.length === 0) return html``;
  return html`<div class="charts">${CHARTS.map(
    ([field, title]) =>
      html`<figure><figcaption id="chart-${field}">${title}</figcaption><div class="chart" data-field="${field}" role="img" aria-label="${title} of each backup, in their order; the table below has the numbers"></div></figure>`,
  )}</div><p class="small legend"><span class="key"><i class="c-full"></i>full</span><span class="key"><i class="c-incremental"></i>incremental</span><span class="key"><i class="c-other"></i>metadata or data only</span><span class="key"><i class="c-failed"></i>failed</span></p>`;
}
