import { mutationsOf } from './mutation.ts';

const PAGE = [
  'test/output/html/html.test.ts',
  'test/output/html/page.test.ts',
  'test/program/report.test.ts',
];

/** The page of `report`, and the figures of `metrics`. */
export const REPORT = [
  ...mutationsOf('src/output/html/html.ts', PAGE, [
    {
      name: 'the name of a table runs as a script in the report',
      find: ".replaceAll('<', '&lt;')",
      replace: '',
    },
    {
      name: 'a name ends the data of the report, and what follows runs',
      find: '.replace(/[<>&\\u2028\\u2029]/g, escaped)',
      replace: '',
    },
    {
      name: 'a name in the report turns the text behind it around',
      find: '.replace(TURNING, escaped)',
      replace: '',
    },
  ]),
  ...mutationsOf('src/output/html/page.ts', PAGE, [
    {
      name: 'the report loads what a hostile name points at',
      find: '"default-src \'none\'"',
      replace: '"default-src *"',
    },
    {
      name: 'the script of the report is refused by its own policy',
      find: "`script-src '${hashOf(SCRIPT)}'`",
      replace: "`script-src '${hashOf(SCRIPT.trim())} '`",
    },
  ]),
  ...mutationsOf(
    'src/output/html/chains.ts',
    ['test/program/report.test.ts'],
    [
      {
        name: 'a base that is only not shown looks as if it were gone',
        find: "? 'gone' : 'older'",
        replace: "? 'gone' : 'gone'",
      },
    ],
  ),
  ...mutationsOf(
    'src/catalogue/report/verdict.ts',
    ['test/catalogue/report/verdict.test.ts'],
    [
      {
        name: 'the report says that all is well after a backup that failed',
        find: 'if (last !== undefined && last !== lastGood) bad.push(failureOf(last));',
        replace: '',
      },
      {
        name: 'the report says that all is well though the last backup is old',
        find: 'age > maxAge',
        replace: 'age > Infinity',
      },
      {
        name: 'the report says that all is well though a base of the last backup is gone',
        find: 'brokenBases.length === 0 && ',
        replace: '',
      },
      {
        name: 'a backup of metadata hides in the report that the data was not backed up',
        find: "if (config === undefined || typeOfBackup(config) === 'metadata-only') return false;",
        replace: 'if (config === undefined) return false;',
      },
      {
        name: 'a killed backup does not count against its database in the report',
        find: "(names.size === 1 && only !== undefined ? only : '')",
        replace: "''",
      },
    ],
  ),
  ...mutationsOf(
    'src/catalogue/report/streams.ts',
    ['test/catalogue/report/streams.test.ts'],
    [
      {
        name: 'a stream that began within another one ends it in the report',
        find: 'last[1] = Math.max(last[1], to);',
        replace: 'last[1] = to + 0 * last[1] - 1;',
      },
    ],
  ),
  ...mutationsOf(
    'src/catalogue/report/replica-state.ts',
    ['test/program/report.test.ts'],
    [
      {
        name: 'a cut replica is complete in the report',
        find: ' && seenBytes === bytes',
        replace: '',
      },
      {
        name: 'a second site that is gone is waited for by every backup of the report',
        find: 'this.#failure = error.message;',
        replace: 'this.#failure ??= undefined;',
      },
    ],
  ),
  ...mutationsOf(
    'src/catalogue/finished-at.ts',
    ['test/catalogue/finished-at.test.ts'],
    [
      {
        name: 'old backups that were copied to another bucket look new',
        find: '? newest : written',
        replace: '? newest : newest',
      },
    ],
  ),
  ...mutationsOf(
    'src/output/exposition.ts',
    ['test/output/exposition.test.ts'],
    [
      {
        name: 'a quote in the name of a database breaks all metrics',
        find: `.replaceAll('"', '\\\\"')`,
        replace: '',
      },
      {
        name: 'a line break in the name of a database breaks all metrics',
        find: ".replaceAll('\\n', '\\\\n')",
        replace: '',
      },
    ],
  ),
  ...mutationsOf(
    'src/transfer/write-file.ts',
    ['test/program/metrics.test.ts'],
    [
      {
        name: 'the collector of Prometheus may not read the metrics',
        find: 'if (mode !== undefined) chmodSync(unfinished, mode);',
        replace: '',
      },
    ],
  ),
  ...mutationsOf(
    'src/catalogue/backup-totals.ts',
    ['test/program/metrics.test.ts'],
    [
      {
        name: 'the metrics of a failed backup are those of a good one',
        find: 'if (isGood(set)) totals.lastGood',
        replace: 'if (!isGood(set)) totals.lastGood',
      },
    ],
  ),
];
