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
];
