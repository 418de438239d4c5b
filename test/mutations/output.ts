import { mutationsOf } from './mutation.ts';

/** What is printed. */
export const OUTPUT = [
  ...mutationsOf(
    'src/output/list-table.ts',
    ['test/output/render.test.ts'],
    [
      {
        name: 'a key with a line break forges a line of the table',
        find: "name.replaceAll('\\n', '\\\\n')",
        replace: 'name',
      },
      {
        name: 'a key moves the cursor of a terminal',
        find: 'terminal ? escapeControls',
        replace: 'terminal === null ? escapeControls',
      },
      {
        name: 'the table has its head on each page',
        find: "if (width !== undefined) return '';",
        replace: '',
      },
      { name: 'an empty list has no head', find: 'if (width === undefined) yield begin([]);', replace: '' },
    ],
  ),
  ...mutationsOf(
    'src/output/render.ts',
    ['test/output/render.test.ts'],
    [
      {
        name: 'nothing says where nothing was found',
        find: 'if (found === 0 && result.lookedFor.length > 0)',
        replace: 'if (found < 0)',
      },
    ],
  ),
  ...mutationsOf(
    'src/output/deletion.ts',
    ['test/output/deletion.test.ts'],
    [
      {
        name: 'nothing says that there was nothing to delete',
        find: 'if (objects === 0 && uploads === 0 && versions === 0) {',
        replace: 'if (objects < 0) {',
      },
      {
        name: 'deleted unfinished uploads are not told',
        find: 'uploads === 0 ? []',
        replace: 'uploads >= 0 ? []',
      },
    ],
  ),
  ...mutationsOf(
    'src/output/wrap.ts',
    ['test/output/wrap.test.ts'],
    [
      {
        name: 'help is wider than a terminal',
        find: 'line.length + 1 + word.length > width',
        replace: 'line.length > width',
      },
    ],
  ),
  ...mutationsOf(
    'src/output/amount.ts',
    ['test/output/amount.test.ts'],
    [
      {
        name: 'the log cuts the name of a table at a space in it',
        find: '((?:"(?:[^"]|"")*"|[^\\s"(])+)',
        replace: '([^\\s(]+)',
      },
    ],
  ),
  ...mutationsOf(
    'src/output/json.ts',
    ['test/output/json.test.ts', 'test/program/exit-codes.test.ts'],
    [
      {
        name: 'a list that fails at once leaves half of a JSON text',
        find: "${found === 0 ? `${head}[` : ','}",
        replace: "${found === 0 ? '' : ','}",
      },
      {
        name: 'JSON without its command',
        find: ',"command":${JSON.stringify(command)}',
        replace: '',
      },
    ],
  ),
  ...mutationsOf(
    'src/session/progress.ts',
    ['test/session/progress.test.ts'],
    [
      {
        name: 'progress takes more than a line of a terminal',
        find: 'this.#columns() - 1',
        replace: '1000',
      },
      {
        name: "progress moves a cursor that can't move",
        find: " && process.env['TERM'] !== 'dumb'",
        replace: '',
      },
      {
        name: 'what was longer before stays behind progress',
        find: 'Math.max(0, this.#width - width)',
        replace: '0',
      },
    ],
  ),
  ...mutationsOf(
    'src/process/messages.ts',
    ['test/session/progress.test.ts'],
    [{ name: 'a message is appended to progress', find: '  clear?.();', replace: '' }],
  ),
  ...mutationsOf(
    'src/output/fit.ts',
    ['test/output/fit.test.ts'],
    [
      {
        name: 'a wide sign ends behind the last column',
        find: 'width > columns',
        replace: 'width - 1 > columns',
      },
    ],
  ),
  ...mutationsOf(
    'src/output/table.ts',
    ['test/output/table.test.ts'],
    [
      {
        name: 'a hostile name forges a row of a table',
        find: 'row.map(escapeControls)',
        replace: 'row.map(String)',
      },
      {
        name: 'numbers of a table start at the same place',
        find: 'right === true ?',
        replace: 'right === undefined ?',
      },
    ],
  ),
  ...mutationsOf(
    'src/cli/exit-code.ts',
    ['test/program/exit-codes.test.ts'],
    [
      {
        name: 'gpbackup gets another exit code than 1',
        find: "kind === 'catalogue' && error",
        replace: 'error',
      },
      { name: 'findings are a success', find: 'findings: 3', replace: 'findings: 0' },
    ],
  ),
  ...mutationsOf(
    'src/session/print.ts',
    ['test/program/progress.test.ts'],
    [{ name: 'a result is appended to progress', find: '    clearForMessage();\n', replace: '' }],
  ),
  ...mutationsOf(
    'src/cli/exit-texts.ts',
    ['test/program/exit-codes.test.ts'],
    [
      {
        name: 'the help does not say what nothing found means',
        find: "  list_backups: { nothingFound: 'No backup is listed.' },\n",
        replace: '',
      },
    ],
  ),
  ...mutationsOf(
    'src/base/control-characters.ts',
    ['test/base/control-characters.test.ts'],
    [{ name: 'a name turns the direction of what follows', find: '\\p{Bidi_Control}', replace: '' }],
  ),
];
