import type { ReportJson } from '../report-json.ts';
import { type Html, html } from './html.ts';
import { sortable } from './table.ts';
import { count, countCell, growthCell, name, ratioCell, sizeCell, written } from './values.ts';

type Table = ReportJson['tables'][number];

/** The largest tables, those that grow most, and those with the most skew. */
export function tableRows({ tables, tables_total: total, sets }: ReportJson): Html {
  if (tables.length === 0)
    return html`<p class="small">No table of contents of these backups could be read.</p>`;
  const isOneDatabase = new Set(sets.flatMap(({ database }) => database ?? [])).size <= 1;
  const rows = tables.map(
    (table) =>
      html`<tr><th scope="row" class="table">${name(`${table.schema}.${table.table}`)}</th>${isOneDatabase ? '' : html`<td>${name(table.database)}</td>`}${countCell(table.rows, 'rows')}${sizeCell(table.bytes, table.before_compression ? ' before compression' : '')}${growthCell(table.rows, table.rows_before)}<td>${sparkline(table)}</td>${ratioCell(table.skew)}<td class="n" data-v="${table.backups}" title="${written(table.since)} to ${written(table.timestamp)}">${table.backups}</td></tr>`,
  );
  const titles = ['Table', 'Database', '#Rows', '#Bytes', '#Growth', 'Rows over time', '#Skew', '#Backups'];
  const caption =
    total > tables.length
      ? `${tables.length} of ${count(total)} tables: the largest, those with the most skew, and those that grew most`
      : 'All tables, the largest first';
  return sortable(
    'tables-table',
    caption,
    titles.filter((title) => !(isOneDatabase && title === 'Database')),
    rows,
  );
}

const [WIDTH, HEIGHT] = [96, 18];

/** Rows over the backups with the table's data, from zero. */
function sparkline({ series, table }: Table): Html {
  if (series.length < 2) return html`<span class="none">–</span>`;
  const most = Math.max(1, ...series.map(({ rows }) => rows));
  const points = series.map(({ rows }, index) => {
    const x = 1 + (index / (series.length - 1)) * (WIDTH - 4);
    return [x.toFixed(1), (HEIGHT - 2 - (rows / most) * (HEIGHT - 4)).toFixed(1)] as const;
  });
  const [lastX = '0', lastY = '0'] = points.at(-1) ?? [];
  const [from, to] = [series[0]?.rows ?? 0, series.at(-1)?.rows ?? 0];
  return html`<svg class="spark" width="${WIDTH}" height="${HEIGHT}" role="img" aria-label="${table}: from ${count(from)} to ${count(to)} rows"><path d="M${points.map((point) => point.join(' ')).join('L')}"/><circle cx="${lastX}" cy="${lastY}" r="2"/></svg>`;
}
