import type { ReportJson } from '../report-json.ts';
import { type Html, html } from './html.ts';
import { sortable } from './table.ts';
import {
  countCell,
  instant,
  name,
  notKnown,
  rateCell,
  sizeCell,
  spanCell,
  timestampHead,
  written,
} from './values.ts';

type SetJson = ReportJson['sets'][number];

const SIGNS: Readonly<Record<string, string>> = { Success: '✓', Failure: '✕', Running: '…', Unreadable: '?' };

/** `✓ Success`. */
function statusPill(status: string): Html {
  const grade = status === 'Success' ? 'good' : status === 'Running' ? 'attention' : 'bad';
  return html`<span class="pill ${grade}">${SIGNS[status] ?? ''} ${status}</span>`;
}

/** A line for each backup, the latest first. */
export function backupRows({ sets }: ReportJson): Html {
  const rows = sets.map(
    (set) =>
      html`<tr>${timestampHead(set.timestamp)}<td>${statusPill(set.status)}</td><td>${set.database === null ? notKnown() : name(set.database)}</td><td>${set.type ?? notKnown()}</td><td>${set.object_filtering ?? ''}</td>${spanCell(set.duration_seconds)}${sizeCell(set.size)}${countCell(set.rows, 'rows')}${countCell(set.tables, 'tables')}${rateCell(set.bytes_per_second)}${countCell(set.objects, 'objects')}${countCell(set.segments, 'segments with data')}<td class="ts">${set.base === null ? '' : written(set.base)}</td></tr>`,
  );
  return sortable(
    'backups-table',
    'Backups, the latest first; times are local times of the cluster',
    [
      'Backup',
      'Status',
      'Database',
      'Type',
      'Filter',
      '#Duration',
      '#Size',
      '#Rows',
      '#Tables',
      '#Rate',
      '#Objects',
      '#Segments',
      'Built on',
    ],
    rows,
  );
}

/** What is known of how safe each backup is. */
export function safetyRows({ sets }: ReportJson): Html {
  const rows = sets.map(
    (set) =>
      html`<tr>${timestampHead(set.timestamp)}<td>${statusPill(set.status)}</td><td>${filesCell(set)}</td><td>${notKnown()}</td><td>${lockCell(set)}</td><td>${replicaCell(set)}</td></tr>`,
  );
  return sortable(
    'safety-table',
    'Files compared with the table of contents; verification, lock and replica as far as they are known',
    ['Backup', 'Status', 'Files', 'Verified by reading', 'Locked until', 'Replica'],
    rows,
  );
}

function filesCell({ findings, broken_bases: broken }: SetJson): Html {
  if (findings === null) return notKnown();
  const wrong = [
    ...findings.map(({ text }) => text),
    ...broken.map((base) => `built on ${base}, which is missing`),
  ];
  if (wrong.length === 0) return html`<span class="good-text">✓ complete</span>`;
  const shown = wrong.slice(0, 5);
  const rest = wrong.length - shown.length;
  return html`<span class="bad-text">✕ ${shown.join('; ')}${rest > 0 ? ` and ${rest} more` : ''}</span>`;
}

function lockCell({ lock }: SetJson): Html {
  if (lock.state === 'not known') return notKnown();
  if (lock.state === 'none') return html`<span class="muted">not locked</span>`;
  const until = lock.until === null ? '' : `${lock.until.slice(0, 16).replace('T', ' ')} UTC`;
  return html`<span title="${lock.until ?? ''}">${until}</span> ${lock.mode ?? ''}`;
}

function replicaCell({ replica, objects }: SetJson): Html {
  switch (replica.state) {
    case 'complete':
      return html`<span class="good-text">✓ complete</span>`;
    case 'incomplete':
      return html`<span class="bad-text">✕ ${replica.objects ?? 0} of ${objects} objects</span>`;
    case 'none':
      return html`<span class="bad-text">✕ none</span>`;
    case 'no second site':
      return html`<span class="muted">no second site</span>`;
    case 'not known':
      return notKnown();
  }
}

/** Failures in gpbackup's words, and tables that were left out. */
export function failures({ sets }: ReportJson): Html {
  const failed = sets.filter(
    ({ status, error, left_out: left, problem }) =>
      (status !== 'Success' && status !== 'Running') || error !== null || left.length > 0 || problem !== null,
  );
  if (failed.length === 0)
    return html`<p>None: each of these backups succeeded, and no table was left out.</p>`;
  return html`<ul class="failures">${failed.map(
    (
      set,
    ) => html`<li><p>${statusPill(set.status)} <b>${written(set.timestamp)}</b> ${set.database === null ? '' : name(set.database)} ${set.type ?? ''}</p>
${set.error === null ? html`<p class="words muted">${set.problem ?? 'gpbackup gives no reason'}</p>` : html`<p class="words">${set.error.split('\n').map((line) => html`${line}<br>`)}</p>`}
${leftOut(set.left_out)}</li>`,
  )}</ul>`;
}

/** Names that are shown of one backup. */
const MOST_NAMES = 100;

function leftOut(names: readonly string[]): Html {
  if (names.length === 0) return html``;
  const rest = names.length - MOST_NAMES;
  return html`<p>Data not backed up, ${names.length} ${names.length === 1 ? 'table' : 'tables'}:</p><ul class="names">${names
    .slice(0, MOST_NAMES)
    .map((each) => html`<li>${name(each)}</li>`)}${rest > 0 ? html`<li>and ${rest} more</li>` : ''}</ul>`;
}

export function uploads({ unfinished_uploads: found }: ReportJson): Html {
  if (found === null) return html`<p>${notKnown()}: the server does not list them, or not for this user.</p>`;
  if (found.count === 0) return html`<p>None that the server lists.</p>`;
  const rest = found.count - found.keys.length;
  return html`<p><b>${found.count}</b> below this folder${found.oldest === null ? '' : html`, the oldest begun ${instant(found.oldest)}`}. They cost money and no list of objects shows them; <code>abort_uploads</code> removes them.</p>
<ul class="names">${found.keys.map((key) => html`<li>${name(key)}</li>`)}${rest > 0 ? html`<li>and ${rest} more</li>` : ''}</ul>`;
}
