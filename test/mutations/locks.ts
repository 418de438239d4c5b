import { mutationsOf } from './mutation.ts';

/** Object Lock, objects that are written once, versions, and archives. */
export const LOCKS = [
  ...mutationsOf(
    'src/session/objects/lock.ts',
    ['test/program/object-lock.test.ts'],
    [
      {
        name: 'objects are locked from now on instead of from the timestamp',
        find: 'local === undefined ? startedAt : instantOfLocal(local)',
        replace: 'startedAt',
      },
      {
        name: 'a timestamp is taken for UTC',
        find: ': instantOfLocal(local);',
        replace: ': local;',
      },
      {
        name: 'a lock whose time is over is sent',
        find: 'if (until.getTime() <= Date.now()) {',
        replace: 'if (until.getTime() <= 0) {',
      },
      {
        name: 'a legal hold is forgotten where there is a retention',
        find: `    ...hold,
    'x-amz-object-lock-mode'`,
        replace: `    'x-amz-object-lock-mode'`,
      },
    ],
  ),
  ...mutationsOf(
    'src/session/prove-writable.ts',
    ['test/program/object-lock.test.ts'],
    [
      {
        name: 'the set-up takes the key of the report where every object is locked',
        find: "if (asked || typeof lock === 'object') {",
        replace: 'if (asked) {',
      },
      {
        name: 'the set-up takes the key of the report under a lock',
        find: 'objects.writeOnce || objects.lock !== undefined || objects.legalHold',
        replace: 'objects.writeOnce',
      },
    ],
  ),
  ...mutationsOf(
    'src/session/objects/probe.ts',
    ['test/program/object-lock.test.ts', 'test/program/write-once.test.ts'],
    [
      {
        name: 'the set-up leaves its object behind',
        find: 'return !(await deleteObject(client.with({ retryPolicy: BRIEF }), key));',
        replace: 'return false;',
      },
      {
        name: 'a server that takes no notice of locks is not found out',
        find: 'if (doubted && (removed || !isLocked)) {',
        replace: 'if (doubted && removed && !isLocked) {',
      },
      {
        name: 'a server that takes no notice of conditions is not found out',
        find: 'if (objects.writeOnce) await refuseReplaced(client, key, policy);',
        replace: '',
      },
    ],
  ),
  ...mutationsOf(
    'src/s3/object-policy.ts',
    ['test/program/object-lock.test.ts'],
    [
      {
        name: 'parts of a locked object have no checksum',
        find: 'const bare = policy.locks === true || (',
        replace: 'const bare = (',
      },
    ],
  ),
  ...mutationsOf(
    'src/s3/operations/write-once.ts',
    ['test/program/write-once.test.ts'],
    [
      {
        name: 'an object that is there is replaced',
        find: "const CONDITION = { 'if-none-match': '*' };",
        replace: 'const CONDITION = {};',
      },
      {
        name: 'any object of the size is taken for the own one',
        find: 'facts.uploadToken === token && facts.size === size',
        replace: 'facts.size === size',
      },
      {
        name: 'the own object is not known again',
        find: "if (found === 'own') {",
        replace: "if (found === 'never') {",
      },
      {
        name: 'files that gpbackup writes twice are refused',
        find: "if (object.replaces === 'if needed') {",
        replace: 'if (object.size < 0) {',
      },
    ],
  ),
  ...mutationsOf(
    'src/transfer/upload-in-parts.ts',
    ['test/program/write-once.test.ts'],
    [
      {
        name: 'objects of parts stay without the lock that the server forgot',
        find: 'if (settings.policy.locks === true) await lockWhole(client, key, settings.policy);',
        replace: '',
        tests: ['test/program/object-lock.test.ts'],
      },
      {
        name: 'the bytes are sent before an object that is there is found',
        find: "if (replaces === 'never') await refuseExisting(client, key);",
        replace: '',
      },
    ],
  ),
  ...mutationsOf(
    'src/catalogue/versions.ts',
    ['test/program/locked-deletes.test.ts'],
    [
      {
        name: 'delete markers count as versions',
        find: 'if (data.length === 0) return undefined;',
        replace: 'if (versions.length === 0) return undefined;',
      },
      {
        name: 'what is refused is shown again',
        find: 'isMarker && !kept.has(key)',
        replace: 'isMarker',
      },
    ],
  ),
  ...mutationsOf(
    'src/catalogue/locked.ts',
    ['test/program/locked-deletes.test.ts'],
    [
      {
        name: 'a lock whose time is over locks',
        find: 'if (isOver && !other.legalHold) return one;',
        replace: '',
      },
      {
        name: 'the lock that ends first is told',
        find: 'const longest = second > first ? other : one;',
        replace: 'const longest = second < first ? other : one;',
      },
      {
        name: 'every one of many versions is looked at',
        find: 'const LOOKED_AT = 100;',
        replace: 'const LOOKED_AT = 100_000;',
      },
    ],
  ),
  ...mutationsOf(
    'src/s3/operations/delete-versions.ts',
    ['test/program/locked-deletes.test.ts'],
    [
      {
        name: 'the retention is not bypassed',
        find: 'sendDeletion(client, named, true)',
        replace: 'sendDeletion(client, named, false)',
      },
      {
        name: 'versions that are refused are forgotten',
        find: "refused.push({ version, why: `${code}: ${childText(entry, 'Message')?.trim() ?? ''}` });",
        replace: '',
      },
    ],
  ),
  ...mutationsOf(
    'src/catalogue/sweep.ts',
    ['test/program/locked-deletes.test.ts'],
    [
      {
        name: 'locked objects are deleted again and again',
        find: 'page.filter(({ key }) => !locked.has(key))',
        replace: 'page.filter(({ key }) => key !== undefined)',
      },
    ],
  ),
  ...mutationsOf(
    'src/catalogue/archived.ts',
    ['test/program/archive.test.ts'],
    [
      {
        name: 'every object of INTELLIGENT_TIERING is looked at',
        find: 'const rest = closedOfFew.length === 0 ? [] :',
        replace: 'const rest = closedOfFew.length < 0 ? [] :',
      },
    ],
  ),
  ...mutationsOf(
    'src/session/from-archive.ts',
    ['test/program/archive.test.ts'],
    [
      {
        name: 'objects are brought back that nobody asked for',
        find: "if (tier === 'off') throw closedError(closed, timestamp);",
        replace: "if (tier === 'off' && closed.length > 9) throw closedError(closed, timestamp);",
      },
      {
        name: 'what is on its way is asked for again',
        find: 'const open = closed.filter(({ isComing }) => !isComing);',
        replace: 'const open = closed;',
      },
      {
        name: 'the set-up waits for no tier',
        find: 'const end = performance.now() + (isSlow ? 0 : LONGEST_WAIT);',
        replace: 'const end = performance.now();',
      },
      {
        name: 'DEEP_ARCHIVE is asked for in a tier that it has not',
        find: "tier === 'expedited' && storageClass !== 'DEEP_ARCHIVE'",
        replace: "tier === 'expedited'",
      },
    ],
  ),
  ...mutationsOf(
    'src/commands/setup-for-restore.ts',
    ['test/program/archive.test.ts'],
    [
      {
        name: 'what an incremental backup builds on may stay in the archive',
        find: 'await openBases(session, config, timestamp);',
        replace: '',
      },
    ],
  ),
];
