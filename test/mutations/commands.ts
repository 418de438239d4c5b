import { mutationsOf } from './mutation.ts';

const CONTRACT = 'test/program/contract.test.ts';
const DIRECTORIES = 'test/program/directories.test.ts';
const WIRING_DIRECTORIES = 'test/program/wiring-directories.test.ts';
const WIRING_SECRETS = 'test/program/wiring-secrets.test.ts';

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
        name: 'folders below the directory are left out',
        find: 'yield* filesBelow(session, path);',
        replace: '',
        tests: [DIRECTORIES],
      },
      {
        name: 'a named pipe in the tree stops the backup for ever',
        find: '} else if (await isFile(path)) {',
        replace: '} else if ((await isFile(path)) || path !== "") {',
        tests: [DIRECTORIES],
      },
      {
        name: 'a link that leads nowhere ends the backup',
        find: "codeOf(error) === 'ENOENT' && (await lstat(path)).isSymbolicLink()",
        replace: "codeOf(error) === 'ENOENTS' && (await lstat(path)).isSymbolicLink()",
        tests: [DIRECTORIES],
      },
      {
        name: 'a key that can’t begin with a slash is sent with one',
        find: 'client.takesLeadingSlash ? path',
        replace: 'client.takesLeadingSlash || path !== "" ? path',
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
        find: "part === '' || part === '.' || part === '..'",
        replace: "part === '' || part === '.'",
        tests: [DIRECTORIES],
      },
      {
        name: 'an empty directory is a success',
        find: 'if (count === 0) {',
        replace: 'if (count < 0) {',
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
    'src/commands/list-directory.ts',
    [DIRECTORIES, WIRING_SECRETS],
    [
      {
        name: 'a key with a line break forges a line of the table',
        find: "name.replaceAll('\\n', '\\\\n')",
        replace: 'name',
        tests: [WIRING_SECRETS],
      },
      {
        name: 'the table has its head on each page',
        find: 'if (width === undefined) {',
        replace: 'if (width !== null) {',
        tests: [DIRECTORIES],
      },
      {
        name: 'a neighbour of the folder is listed',
        find: 'given ?? `${config.folder}/`',
        replace: 'given ?? config.folder',
        tests: ['test/program/wiring-lists.test.ts'],
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
];
