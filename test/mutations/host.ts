import { mutationsOf } from './mutation.ts';

/** What the processes of one user on one host share. */
export const HOST = [
  ...mutationsOf(
    'src/host/private-folder.ts',
    ['test/host/private-folder.test.ts', 'test/program/set-up-mark.test.ts'],
    [
      {
        name: 'a file that another user made is believed',
        find: 'uid === process.geteuid?.() && ',
        replace: '',
      },
      {
        name: 'a file that others can write is believed',
        find: ' && (mode & 0o077) === 0',
        replace: '',
      },
      {
        name: 'a link in the private folder leads to a file of another user',
        find: 'constants.O_NOFOLLOW | ',
        replace: '',
      },
      {
        name: 'a named pipe in the private folder blocks a backup',
        find: ' | constants.O_NONBLOCK',
        replace: '',
      },
      {
        name: 'a folder that others can replace is used',
        find: 'return isSafe && ',
        replace: 'return ',
      },
    ],
  ),
  ...mutationsOf(
    'src/host/lock.ts',
    ['test/host/lock.test.ts'],
    [
      {
        name: 'two processes have the same lock',
        find: 'BEGIN EXCLUSIVE',
        replace: 'BEGIN DEFERRED',
      },
      {
        name: 'a lock file with bytes in it can never be taken again',
        find: 'if (facts.size > 0) truncateSync(path, 0);',
        replace: '',
      },
      {
        name: 'a lock is waited for without a limit',
        find: 'if (left <= 0) return undefined;',
        replace: '',
      },
      {
        name: 'a lock file of another user is taken',
        find: 'if (!isOwnFile(facts)) throw',
        replace: 'if (facts.isDirectory()) throw',
      },
    ],
  ),
];
