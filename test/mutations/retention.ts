import { mutationsOf } from './mutation.ts';

const UNIT = 'test/catalogue/retention.test.ts';
const EXPIRE = 'test/program/expire-backups.test.ts';
const HISTORY = 'test/program/rebuild-history.test.ts';
const UPLOADS = 'test/program/abort-uploads.test.ts';

/** Which backups are kept, and gpbackup's history. */
export const RETENTION = [
  ...mutationsOf(
    'src/catalogue/retention.ts',
    [UNIT],
    [
      {
        name: 'the base of a kept backup is deleted',
        find: 'this.#keepBases();',
        replace: '',
      },
      {
        name: 'only what a kept backup is built on directly is kept',
        find: 'seen.add(base);\n        pending.push(base);',
        replace: 'seen.add(base);',
      },
      {
        name: 'a running backup is deleted',
        find: "if (status === 'Running') this.#keep(timestamp, 'it is being written');",
        replace: '',
      },
      {
        name: 'what an unreadable backup may be built on is deleted',
        find: 'mayBeBase && timestamp < set.timestamp',
        replace: 'mayBeBase && timestamp > set.timestamp',
      },
      {
        name: 'the last good full backup may be deleted, and what is newer',
        find: 'this.#keepNewest();',
        replace: '',
      },
      {
        name: 'a damaged backup takes the place of a good one',
        find: 'this.#keepOfSeries(series.filter(({ isGood }) => isGood));',
        replace: '',
      },
      {
        name: 'incremental backups count as full ones',
        find: 'series.filter(({ isIncremental }) => !isIncremental).slice(0, keepFull)',
        replace: 'series.slice(0, keepFull)',
      },
      {
        name: 'the first backup of a day is kept in place of the last',
        find: 'for (const { timestamp, local } of series) {',
        replace: 'for (const { timestamp, local } of series.toReversed()) {',
      },
      {
        name: 'a failed backup is deleted although none succeeded since',
        find: 'lasts.length === 0 || lasts.some((last) => last < timestamp)',
        replace: 'lasts.length === 0',
      },
      {
        name: 'a backup that may still wait for a lock is deleted',
        find: 'series === undefined && local !== undefined &&',
        replace: 'series === undefined && local === undefined &&',
      },
    ],
  ),
  ...mutationsOf(
    'src/catalogue/retained-set.ts',
    [UNIT],
    [
      {
        name: 'a data-only backup takes the place of a full one',
        find: "type === 'incremental' ? 'full' : type,",
        replace: '',
      },
      {
        name: 'leaf partitions make a filter of their own',
        find: "name.replace(LEAF, '')",
        replace: 'name',
      },
    ],
  ),
  ...mutationsOf(
    'src/catalogue/dependents-first.ts',
    [UNIT],
    [
      {
        name: 'a base is deleted before what is built on it',
        find: 'if (before.length > 0) {',
        replace: 'if (before.length > 100) {',
      },
    ],
  ),
  ...mutationsOf(
    'src/session/expire-sets.ts',
    [EXPIRE],
    [
      {
        name: 'a run goes on after a failure',
        find: "failed ||= expiry.outcome === 'failed';",
        replace: '',
      },
      {
        name: 'what a locked backup is built on is deleted',
        find: 'failed || needed.has(timestamp)',
        replace: 'failed',
      },
      {
        name: 'a delete that failed is not marked in the history',
        find: 'await mark(DELETE_FAILED);',
        replace: '',
      },
    ],
  ),
  ...mutationsOf(
    'src/commands/expire-backups.ts',
    [EXPIRE],
    [
      {
        name: 'expire_backups deletes without --confirm',
        find: 'const isDryRun = flags.confirm !== true;',
        replace: 'const isDryRun = false;',
      },
      {
        name: 'a backup that came while the others were read loses its base',
        find: 'if (timestamps.every((timestamp) => before.has(timestamp))) return listed;',
        replace: 'if (before.size > 0) return listed;',
      },
    ],
  ),
  ...mutationsOf(
    'src/catalogue/history-drafts.ts',
    [HISTORY],
    [
      {
        name: 'lists that are there are entered once more',
        find: 'FROM temp.draft_${name} WHERE ${isMissing(name)} ORDER BY rowid',
        replace: 'FROM temp.draft_${name} WHERE 1 OR ${isMissing(name)} ORDER BY rowid',
      },
      {
        name: 'lists that were lost stay lost',
        find: "known.set(String(timestamp), incomplete === 1 ? 'incomplete' : 'complete');",
        replace: "known.set(String(timestamp), incomplete > 1 ? 'incomplete' : 'complete');",
      },
    ],
  ),
  ...mutationsOf(
    'src/catalogue/rebuild-history.ts',
    [HISTORY],
    [
      {
        name: 'the history has the preliminary end of a backup',
        find: 'endTime: report?.endTime || config.endTime',
        replace: 'endTime: config.endTime',
      },
      {
        name: 'the history has backups that gpbackup never entered',
        find: "if (config.endTime === '' && status === 'Failure')",
        replace: "if (config.endTime === 'never' && status === 'Failure')",
      },
    ],
  ),
  ...mutationsOf(
    'src/catalogue/history-file.ts',
    [HISTORY],
    [
      {
        name: 'a locked history database is an error at once',
        find: 'const PATIENCE = 5000;',
        replace: 'const PATIENCE = -1;',
      },
      {
        name: 'a database of another program gets tables',
        find: 'if (problem === undefined) return file;',
        replace: 'if (problem !== null) return file;',
      },
    ],
  ),
  ...mutationsOf(
    'src/catalogue/stale-uploads.ts',
    [UPLOADS],
    [
      {
        name: 'an upload that still gets parts is removed',
        find: 'const active = lastPart ?? initiated;',
        replace: 'const active = initiated;',
      },
      {
        name: 'an upload whose parts may not be listed is removed',
        find: 'return { ...plain, age, problem: `nobody can tell',
        replace: 'return { ...plain, isStale: true, age, problem: `nobody can tell',
      },
    ],
  ),
];
