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
  ...mutationsOf(
    'src/host/kept-file.ts',
    ['test/host/kept-file.test.ts', 'test/program/shared-keys-files.test.ts'],
    [
      {
        name: 'a kept file in a folder that others can enter is believed',
        find: ' || !isOwnFolder(folder)',
        replace: '',
      },
      {
        name: 'a file is seen before all of it is written',
        find: 'this.#draft = join(folder, draft);',
        replace: 'this.#draft = this.#path;',
      },
      {
        name: 'a full disk shows itself only when keys were asked for, and everybody has waited',
        find: 'this.#write(new Uint8Array(RESERVED));',
        replace: 'this.#write(new Uint8Array(0));',
      },
      {
        name: 'what was not published stays for ever',
        find: 'unlinkSync(this.#draft);',
        replace: '',
      },
      {
        name: 'the drafts of killed processes stay for a week',
        find: '(name.endsWith(DRAFT) ? OLD_DRAFT : OLD_FILE)',
        replace: 'OLD_FILE',
      },
    ],
  ),
  ...mutationsOf(
    'src/session/kept-answer.ts',
    ['test/program/shared-keys-files.test.ts', 'test/program/shared-keys.test.ts'],
    [
      {
        name: 'keys with a byte changed are sent',
        find: 'if (sum !== sha256Hex(body)) return undefined;',
        replace: '',
      },
      {
        name: 'the keys of another sign-in are taken',
        find: 'written.name !== name || ',
        replace: '',
      },
      {
        name: 'a clock that was set back makes expired keys valid',
        find: 'Math.min(expires, now + (expires - asked) - age)',
        replace: 'expires',
      },
      {
        name: 'keys of a time to come are taken',
        find: 'Math.max(asked, tried, modified) <= now + CLOCK_STEP',
        replace: 'age < Number.MAX_VALUE',
      },
      {
        name: 'keys from before the start of the host are taken',
        find: 'age >= 0 && ',
        replace: '',
      },
      {
        name: 'expired keys are taken',
        find: ' || now >= end',
        replace: '',
        equivalent: 'renewing.ts asks again before it gives out keys that have ended',
      },
    ],
  ),
  ...mutationsOf(
    'src/session/shared-keys.ts',
    ['test/session/shared-keys.test.ts', 'test/program/shared-keys.test.ts'],
    [
      {
        name: 'credential_cache: off is ignored',
        find: 'facts.signIn.cache ? sharedKeys(ask, facts, log) : ask',
        replace: 'sharedKeys(ask, facts, log)',
      },
      {
        name: 'keys without an end are written to a file',
        find: 'keep(draft, undefined, asked, LASTING);',
        replace: 'keep(draft, found.credentials, asked, LASTING);',
      },
      {
        name: 'keys that the server refuses are taken again',
        find: 'if (isRefused) return undefined;',
        replace: '',
      },
      {
        name: 'whoever waited asks again',
        find: 'const second = instead(refused);',
        replace: 'const second = undefined as KeptAnswer | undefined;',
      },
      {
        name: 'after a failure those who waited ask one after the other',
        find: 'if (!signal.aborted && old === undefined) keep(draft, undefined, Date.now(), FAILED);',
        replace: '',
      },
      {
        name: 'a failed renewal takes away the keys that still serve',
        find: ' && old === undefined',
        replace: '',
      },
      {
        name: 'all processes renew the same keys',
        find: 'if (mine === undefined || answer.asked > mine.asked) return answer;',
        replace: 'if (mine === undefined) return answer;',
      },
      {
        name: 'all processes wait for a renewal, or try it with a source that is down',
        find: 'if (old !== undefined) markTried(draft.folder, old);',
        replace: '',
      },
      {
        name: 'the lock is kept after the answer',
        find: 'lock?.[Symbol.dispose]();',
        replace: '',
      },
    ],
  ),
  ...mutationsOf(
    'src/session/sign-in-id.ts',
    ['test/session/sign-in-id.test.ts', 'test/program/shared-keys.test.ts'],
    [
      {
        name: 'a changed profile counts only when the old keys have ended',
        find: '    files,\n',
        replace: '',
      },
      {
        name: 'keys of another role in the environment are taken',
        find: '    variables.map((name) => [name, environment[name]]),\n',
        replace: '',
      },
      {
        name: 'keys that were got with another secret are taken',
        find: 'keys?.secretAccessKey.reveal()',
        replace: 'keys?.secretAccessKey',
      },
      {
        name: 'the keys of the environment are taken for those of the host',
        find: "if (source === 'keys' || source === 'environment') return false;",
        replace: '',
      },
    ],
  ),
  ...mutationsOf(
    'src/s3/client.ts',
    ['test/program/shared-keys.test.ts'],
    [
      {
        name: 'keys that the server has forgotten fail all processes of a host for an hour',
        find: "isGone ? 'new credentials' : ",
        replace: '',
      },
    ],
  ),
  ...mutationsOf(
    'src/s3/auth/renewing.ts',
    ['test/program/shared-keys.test.ts'],
    [
      {
        name: 'kept keys are renewed by nobody before they end',
        find: 'if (isFirst) continue;',
        replace: '',
      },
      {
        name: 'each process of one request asks for new keys and ends before it has them',
        find: '!isFirst && left > margin / 5',
        replace: 'left > margin / 5',
      },
    ],
  ),
];
