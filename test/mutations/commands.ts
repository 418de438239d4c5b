import { mutationsOf } from './mutation.ts';

const CONTRACT = 'test/program/contract.test.ts';
const DIRECTORIES = 'test/program/directories.test.ts';
const WIRING_DIRECTORIES = 'test/program/wiring-directories.test.ts';

/** Commands. */
export const COMMANDS = [
  ...mutationsOf(
    'src/commands/backup-file.ts',
    ['test/program/redaction.test.ts', CONTRACT],
    [
      {
        name: 'the copy of the config file is uploaded with its secrets',
        find: 'isConfig && !config.uploadSecrets',
        replace: 'isConfig && config.uploadSecrets',
      },
      {
        name: 'upload_secrets: on is not kept to',
        find: 'isConfig && !config.uploadSecrets',
        replace: 'isConfig',
      },
    ],
  ),
  ...mutationsOf(
    'src/commands/backup-directory.ts',
    [DIRECTORIES, WIRING_DIRECTORIES],
    [
      {
        name: 'a key that can’t begin with a slash is sent with one',
        find: 'client.server.takesLeadingSlash ? path',
        replace: "path !== '' ? path",
        tests: ['test/program/providers.test.ts', WIRING_DIRECTORIES],
      },
    ],
  ),
  ...mutationsOf(
    'src/commands/restore-directory.ts',
    [DIRECTORIES, WIRING_DIRECTORIES],
    [
      {
        name: 'a hostile key is written outside the directory',
        find: "!hasOnlyNames(rest) || rest.includes('\\0')",
        replace: "(!hasOnlyNames(rest) && rest === '') || rest.includes('\\0')",
        tests: [DIRECTORIES],
      },
      {
        name: 'an empty directory is a success',
        find: 'if (targets.length === 0) {',
        replace: 'if (targets.length < 0) {',
        tests: [DIRECTORIES],
      },
      {
        name: 'keys without the leading slash are not found',
        find: "[plain, plain.replace(/^\\/+/, '')]",
        replace: '[plain]',
        tests: [DIRECTORIES],
      },
      {
        name: 'the object of a folder ends the restore',
        find: "if (key.endsWith('/')) continue;",
        replace: '',
        tests: [WIRING_DIRECTORIES],
      },
      {
        name: 'a neighbour whose name begins the same is restored too',
        find: ".replace(/\\/+$/, '')}/`",
        replace: ".replace(/\\/+$/, '')}`",
        tests: [DIRECTORIES],
      },
    ],
  ),
  ...mutationsOf(
    'src/commands/restore-data-subset.ts',
    ['test/program/restore-subset.test.ts'],
    [
      {
        name: 'an offsets file that is not there is an empty one',
        find: "    throw new OffsetsError(`offsets file ${path} can't be read",
        replace:
          "    if (path !== '') return '0';\n    throw new OffsetsError(`offsets file ${path} can't be read",
      },
    ],
  ),
  ...mutationsOf(
    'src/commands/cleanup.ts',
    [CONTRACT, 'test/program/wiring-setup.test.ts'],
    [
      {
        name: 'a cleanup with a wrong scope is a success',
        find: '  parseScope(scope);',
        replace: '  void parseScope;\n  void scope;',
        tests: [CONTRACT, 'test/program/wiring-setup.test.ts'],
      },
      {
        name: 'a cleanup with a wrong content id is a success',
        find: '  checkContentId(contentId);',
        replace: '  void checkContentId;\n  void contentId;',
        tests: ['test/program/wiring-setup.test.ts'],
      },
    ],
  ),
  ...mutationsOf(
    'src/transfer/files-below.ts',
    ['test/program/directories.test.ts'],
    [
      {
        name: 'folders below the directory are left out',
        find: 'else if (entry.isDirectory()) await walk(path, tree);',
        replace: 'else if (entry.isDirectory()) continue;',
      },
      {
        name: 'a named pipe in the tree stops the backup for ever',
        find: 'else if (await isFile(path)) tree.files.push(path);',
        replace: "else if (path !== '') tree.files.push(path);",
      },
      {
        name: 'a link that leads nowhere ends the backup',
        find: "codeOf(error) === 'ENOENT' && (await lstat",
        replace: "codeOf(error) === 'ENOENTS' && (await lstat",
      },
      {
        name: 'a name that is not UTF-8 is stored under another key',
        find: 'if (lost.has(entry.name)) tree.notUtf8.push(path);',
        replace: 'if (lost.has(path)) tree.notUtf8.push(path);',
      },
    ],
  ),
];
