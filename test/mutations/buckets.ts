import { mutationsOf } from './mutation.ts';

const DELETES = 'test/program/deletes.test.ts';
const DIRECTORIES = 'test/program/directories.test.ts';
const RESTORE_SETUP = 'test/program/restore-setup.test.ts';
const WIRING_DELETE = 'test/program/wiring-delete.test.ts';
const WIRING_LISTS = 'test/program/wiring-lists.test.ts';

/** What lists, deletes and looks at the bucket. */
export const BUCKETS = [
  ...mutationsOf(
    'src/s3/operations/delete-objects.ts',
    [WIRING_DELETE, DELETES, DIRECTORIES],
    [
      {
        name: 'keys that DeleteObjects leaves out count as deleted',
        find: 'keys.filter((key) => !done.has(key))',
        replace: 'done.size > 0 ? [] : keys',
        tests: [WIRING_DELETE],
      },
      {
        name: 'a server without DeleteObjects can’t delete',
        find: 'NOT_THERE.has(error.status ?? 0) && ',
        replace: 'NOT_THERE.size === 0 && ',
        tests: [WIRING_DELETE, 'test/program/providers.test.ts'],
      },
      {
        name: 'DeleteObjects lacks Content-MD5',
        find: "headers: { 'content-md5': md5Base64(body), ...(bypass ? BYPASS : {}) },",
        replace: "headers: md5Base64(body) === '' || bypass ? BYPASS : {},",
        tests: [WIRING_DELETE],
      },
      {
        name: 'a key that can’t be deleted is no failure',
        find: 'else throw end.reason;',
        replace: 'else if (keys.length === 0) throw end.reason;',
        tests: [DELETES, DIRECTORIES],
      },
      {
        name: 'providers without DeleteObjects are asked for it',
        find: 'client.server.provider.singleDeletes === true ? []',
        replace: 'keys.length === 0 ? []',
        tests: ['test/program/providers.test.ts'],
      },
    ],
  ),
  ...mutationsOf(
    'src/s3/operations/list-objects.ts',
    [WIRING_LISTS, DELETES, DIRECTORIES, RESTORE_SETUP],
    [
      {
        name: 'a list ends after its first page',
        find: 'if (!page.isTruncated) return { objects, folders, next: undefined };',
        replace: 'if (page.contents !== undefined) return { objects, folders, next: undefined };',
        tests: [DELETES, DIRECTORIES],
      },
      {
        name: 'a key outside the prefix is deleted',
        find: 'if (!isBelow(prefix, key)) throw',
        replace: 'if (key === prefix && key === null) throw',
        tests: [DELETES, DIRECTORIES],
      },
      {
        name: 'a list that repeats itself never ends',
        find: 'next === undefined || seen.has(JSON.stringify(next))',
        replace: 'next === undefined',
        tests: [RESTORE_SETUP],
      },
      {
        name: 'a list that breaks off looks complete',
        find: 'if (next === undefined || seen.has(JSON.stringify(next))) {',
        replace: 'if (next !== undefined && seen.has(JSON.stringify(next))) {',
        tests: [RESTORE_SETUP],
      },
      {
        name: 'the second page lacks the prefix',
        find: "if (prefix !== '') query['prefix'] = prefix;",
        replace: "if (prefix !== '' && place === undefined) query['prefix'] = prefix;",
        tests: [WIRING_LISTS],
      },
      {
        name: 'an encoded key is taken as it is written',
        find: 'encoded ? decodeKey(written) : written',
        replace: 'written',
        tests: [WIRING_LISTS],
      },
      {
        name: 'a key without encoding is decoded',
        find: 'encoded ? decodeKey(written) : written',
        replace: 'decodeKey(written)',
        tests: [WIRING_LISTS],
      },
      {
        name: 'a plus in an encoded key is no blank',
        find: "text.replaceAll('+', ' ')",
        replace: 'text',
        tests: [WIRING_LISTS],
      },
      {
        name: 'a list of version 1 goes on from its first key',
        find: 'objects.at(-1)?.key',
        replace: 'objects.at(0)?.key',
        tests: [DELETES, DIRECTORIES],
      },
      {
        name: 'an object without a size is restored as nothing',
        find: "key === '' || !Number.isSafeInteger(size)",
        replace: "key === ''",
        tests: [WIRING_LISTS],
      },
    ],
  ),
  ...mutationsOf(
    'src/s3/operations/list-multipart-uploads.ts',
    [WIRING_DELETE, DELETES, DIRECTORIES],
    [
      {
        name: 'listed uploads outside the prefix are aborted',
        find: 'yield page.uploads.filter(({ key }) => key.startsWith(prefix));',
        replace: 'yield page.uploads;',
        tests: [WIRING_DELETE],
      },
      {
        name: 'uploads of a second page are left',
        find: 'while (marker !== undefined)',
        replace: 'while (marker === null)',
        tests: [WIRING_DELETE],
      },
      {
        name: 'the second page of uploads begins at the first',
        find: "query['key-marker'] = marker.key;",
        replace: '',
        tests: [WIRING_DELETE],
      },
      {
        name: 'the second page of uploads of one key begins at its next key',
        find: "if (marker.uploadId !== '') query['upload-id-marker'] = marker.uploadId;",
        replace: '',
        tests: [WIRING_DELETE],
      },
      {
        name: 'uploads of keys that are listed encoded are left',
        find: '(encoded ? decodeKey(key) : key)',
        replace: 'encoded ? key : key',
        tests: [WIRING_DELETE],
      },
      {
        name: 'a list of uploads that repeats itself never ends',
        find: 'marker !== undefined && seen.has(place)',
        replace: 'marker !== undefined && seen.has("")',
        tests: [WIRING_DELETE],
      },
      {
        name: 'nothing says that MinIO’s uploads were not looked up',
        find: "page.exactKeysOnly && prefix.endsWith('/') && !told",
        replace: 'page.exactKeysOnly && told',
        tests: [DELETES, DIRECTORIES],
      },
    ],
  ),
  ...mutationsOf(
    'src/catalogue/sweep.ts',
    [WIRING_DELETE, DELETES, DIRECTORIES],
    [
      {
        name: 'a backup’s unfinished uploads are left',
        find: 'const uploads = await abortUploads(client, prefix);',
        replace: 'const uploads = prefix === "" ? await abortUploads(client, prefix) : 0;',
        tests: [DELETES, DIRECTORIES],
      },
      {
        name: 'keys on pages that shift while deleting are left',
        find: 'if (listed === 0) return',
        replace: 'if (listed >= 0) return',
        tests: [WIRING_DELETE],
      },
      {
        name: 'a server that can’t list uploads can’t delete backups',
        find: 'if (!(error instanceof S3Error) || error.status === undefined) throw error;',
        replace: 'throw error;',
        tests: [DELETES, DIRECTORIES],
      },
      {
        name: 'deleting goes on for ever when keys keep coming',
        find: 'round <= ROUNDS',
        replace: 'round <= ROUNDS * 1e9',
        tests: [WIRING_DELETE],
      },
    ],
  ),
  ...mutationsOf(
    'src/catalogue/survey.ts',
    [RESTORE_SETUP],
    [
      {
        name: 'only the last page counts',
        find: 'for (const object of page) survey.add(object);',
        replace: 'if (page.length < 1000) for (const object of page) survey.add(object);',
      },
    ],
  ),
  ...mutationsOf(
    'src/commands/setup-for-restore.ts',
    ['test/program/wiring-setup.test.ts', RESTORE_SETUP],
    [
      {
        name: 'exactly one missing data file is no failure',
        find: 'if (certain.length === 0) return;',
        replace: 'if (certain.length <= 1) return;',
        tests: ['test/program/wiring-setup.test.ts'],
      },
      {
        name: 'a backup that is not there is no failure',
        find: 'if (objects === 0) {',
        replace: 'if (objects < 0) {',
      },
      { name: 'each segment lists the whole backup', find: "if (kind === 'segment') return;", replace: '' },
    ],
  ),
  ...mutationsOf(
    'src/commands/setup-for-backup.ts',
    ['test/program/contract.test.ts'],
    [
      {
        name: 'set-up does not prove that the bucket can be written',
        find: 'await proveWritable(session, timestamp);',
        replace: 'proveWritable.name + timestamp;',
      },
      {
        name: 'each segment puts a report',
        find: "if (parseScope(scope) === 'segment') return;",
        replace: 'parseScope(scope);',
      },
    ],
  ),
  ...mutationsOf(
    'src/commands/setup-for-restore.ts',
    ['test/program/restore-setup.test.ts'],
    [
      {
        name: 'whoever may not list can’t restore',
        find: 'if (!isDenied(error)) throw error;\n    // Servers differ',
        replace: 'throw error;\n    // Servers differ',
      },
      {
        name: 'without permission to list nothing is checked',
        find: 'await getRange(client, { key: report, start: 0, end: 1 });',
        replace: '',
      },
      {
        name: 'a backup of which only the empty report is there can be restored',
        find: "if (objects === 1 && coordinator.get('report') === 0) {",
        replace: 'if (objects < 0) {',
      },
      {
        name: 'what the table of contents promises is not looked for',
        find: 'all ? await checkContents',
        replace: 'all === undefined ? await checkContents',
      },
    ],
  ),
];
