import type { ReportJson } from '../report-json.ts';
import { type Html, html } from './html.ts';
import { count, instant, name, size, span, written } from './values.ts';

type Database = ReportJson['verdict']['databases'][number];
type SetJson = ReportJson['sets'][number];

const HEADS = {
  good: 'The last backup is good',
  attention: 'The last backup needs a look',
  bad: 'The last backup is not good',
} as const;

const WORDS = { good: 'Good', attention: 'Look', bad: 'Bad' } as const;

/** A tick, an exclamation mark, a cross: not by colour alone. */
const SIGNS = {
  good: 'M7 17.5l6.5 6.5L26 10',
  attention: 'M16 7v12M16 24.2v.6',
  bad: 'M9 9l14 14M23 9L9 23',
} as const;

/** What a reader must see first: whether the last backups are good, how old they are, and why not. */
export function banner({ verdict, sets, sets_total: total }: ReportJson): Html {
  const { grade, databases } = verdict;
  const head = databases.length === 0 ? 'There is no backup' : headOf(databases, grade);
  return html`<section class="banner ${grade}" id="verdict" aria-labelledby="verdict-head">
<svg class="sign" viewBox="0 0 32 32" width="56" height="56" aria-hidden="true"><circle cx="16" cy="16" r="16"/><path d="${SIGNS[grade]}"/></svg>
<div>
<h2 id="verdict-head">${head}${ageOf(databases)}</h2>
${databases.length === 0 ? html`<p>No backup was found below this folder.</p>` : ''}
${databases.map((database) => databaseLine(database, sets, databases.length > 1))}
${total > sets.length ? html`<p class="small">Judged by the last ${sets.length} of ${count(total)} backups.</p>` : ''}
</div>
</section>`;
}

function headOf(databases: readonly Database[], grade: Database['grade']): string {
  if (databases.length === 1) return HEADS[grade];
  const wrong = databases.filter((each) => each.grade === grade).length;
  if (grade === 'good') return `The last backups of all ${databases.length} databases are good`;
  const what = grade === 'bad' ? 'not good' : 'in need of a look';
  return `The last backup of ${wrong} of ${databases.length} databases is ${what}`;
}

/** How old the last good backup is: of one database next to the verdict itself. */
function ageOf([database, ...others]: readonly Database[]): Html | undefined {
  if (database === undefined || others.length > 0 || database.age_seconds === null) return undefined;
  const { age_seconds: age, last, last_good: good } = database;
  return html` <span class="age" title="${count(age)} seconds">${last === good ? '' : 'and the last good one is '}${span(age)} old</span>`;
}

function databaseLine(database: Database, sets: readonly SetJson[], isOneOfSeveral: boolean): Html {
  const good = sets.find(({ timestamp }) => timestamp === database.last_good);
  const title = database.database === '' ? html`<em>unknown database</em>` : name(database.database);
  return html`<div class="db">
<p class="facts">${isOneOfSeveral ? html`<span class="pill ${database.grade}">${WORDS[database.grade]}</span> ` : ''}<b>${title}</b>
${good === undefined ? 'no good backup among those shown' : goodLine(good, database, isOneOfSeveral)}</p>
${database.reasons.length === 0 ? '' : html`<ul class="reasons">${database.reasons.map((reason) => html`<li>${reason}</li>`)}</ul>`}
${database.running === null ? '' : html`<p class="small">A backup is being written: ${written(database.running)}.</p>`}
</div>`;
}

function goodLine(
  good: SetJson,
  { age_seconds: age, last, last_good: lastGood }: Database,
  withAge: boolean,
): Html {
  const old =
    age === null || !withAge ? '' : html`<strong title="${count(age)} seconds">${span(age)} old</strong>, `;
  const kind = [good.type, good.object_filtering].filter((word) => word !== null && word !== '').join(', ');
  const facts: readonly (Html | undefined)[] = [
    html`${last === lastGood ? '' : 'last good one: '}${old}${kind} backup <span class="nowrap">${written(good.timestamp)}</span>`,
    html`<span title="${count(good.size)} bytes">${size(good.size)}</span>`,
    good.rows === null ? undefined : html`${count(good.rows)} rows`,
    html`${filesOf(good)}`,
    good.finished === null ? undefined : html`stored ${instant(good.finished)}`,
  ];
  return html`${facts.flatMap((fact) => (fact === undefined ? [] : [html` · `, fact]))}`;
}

function filesOf({ findings, objects }: SetJson): string {
  if (findings === null) return 'its files were not compared';
  return findings.length === 0
    ? `all files of its tables are there (${count(objects)} objects)`
    : 'files are missing';
}
