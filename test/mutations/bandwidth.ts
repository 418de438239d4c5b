import { mutationsOf } from './mutation.ts';

const PROGRAM = 'test/program/bandwidth.test.ts';

/** Limits that the processes of a host share. */
export const BANDWIDTH = [
  ...mutationsOf(
    'src/base/timetable.ts',
    ['test/base/timetable.test.ts'],
    [
      {
        name: 'a time without a day is one of Monday alone',
        find: 'DAYS.keys().toArray()',
        replace: '[0]',
      },
      {
        name: 'the first hours of the week have no limit',
        find: ' ?? timetable.at(-1)',
        replace: '',
      },
      {
        name: 'a limit of 10 bytes a second is taken from a forgotten unit',
        find: 'bytes < LEAST_RATE || ',
        replace: '',
      },
      {
        name: 'a timetable may say two things of the same minute',
        find: 'return isTwice ? undefined : sorted;',
        replace: 'return sorted;',
      },
      {
        name: 'the week of a timetable begins on Sunday',
        find: '(local.getUTCDay() + 6) % 7',
        replace: 'local.getUTCDay()',
      },
    ],
  ),
  ...mutationsOf(
    'src/session/present-rate.ts',
    ['test/session/present-rate.test.ts'],
    [
      {
        name: 'a running process never sees the next time of its timetable',
        find: 'present !== minute',
        replace: 'minute === -1',
      },
      {
        name: 'times of a timetable are UTC',
        find: 'localClock(new Date(present * MINUTE))',
        replace: 'new Date(present * MINUTE)',
      },
    ],
  ),
  ...mutationsOf(
    'src/host/shared-rate.ts',
    ['test/host/shared-rate.test.ts', 'test/s3/http/lane.test.ts'],
    [
      {
        name: 'a line catches up on all of its idle time',
        find: 'now - CATCH_UP',
        replace: 'free',
      },
      {
        name: 'after a start of the host all transfers wait for the uptime of the last one',
        find: 'return of === boot ? ',
        replace: 'return of !== undefined ? ',
      },
      {
        name: 'a damaged file makes transfers wait for ever',
        find: 'Math.min(free, now + LONGEST_QUEUE)',
        replace: 'free',
      },
      {
        name: 'a process that was stopped with the lock keeps all others waiting',
        find: 'if (now - this.#busySince < BUSY) return undefined;',
        replace: 'return undefined;',
      },
      {
        name: 'processes part when somebody tidies /dev/shm',
        find: 'if (this.#shared?.record.isGone === true) this.#close();',
        replace: '',
      },
      {
        name: 'a process alone has no limit',
        find: 'this.#ownFree = free;',
        replace: '',
      },
      {
        name: 'the log fills with the same warning',
        find: 'if (this.#warned) return;',
        replace: '',
      },
    ],
  ),
  ...mutationsOf(
    'src/host/shared-record.ts',
    ['test/host/shared-record.test.ts'],
    [
      {
        name: 'bytes that two processes count at the same time count once',
        find: 'BEGIN EXCLUSIVE',
        replace: 'BEGIN DEFERRED',
      },
      {
        name: 'a folder in the place of the record ends the sharing for good',
        find: 'rmSync(path, { recursive: true, force: true });',
        replace: '',
      },
    ],
  ),
  ...mutationsOf(
    'src/session/bandwidth.ts',
    [PROGRAM],
    [
      {
        name: 'sessions and the database have limits of their own',
        find: 'ownFolder({})',
        replace: 'ownFolder(process.env)',
      },
      {
        name: 'backups and restores have each other’s limit',
        find: "laneOf('backup', backup, log), laneOf('restore', restore, log)",
        replace: "laneOf('restore', restore, log), laneOf('backup', backup, log)",
      },
    ],
  ),
  ...mutationsOf(
    'src/s3/http/lane.ts',
    ['test/s3/http/lane.test.ts'],
    [
      {
        name: 'each new process moves its first bytes too early, and so do 64,000',
        find: 'else this.#ready = now + Math.max(0, wait);',
        replace: 'else this.#ready = now + Math.max(0, wait) / 8;',
      },
      {
        name: 'each process has the whole limit for itself',
        find: 'this.#ready = this.#clock.now() + wait + cost;',
        replace: 'this.#ready = this.#clock.now() + cost;',
      },
      {
        name: 'all parts of an upload begin at once, and hardly move',
        find: 'if (!isMoving && now < this.#expected) {',
        replace: 'if (isMoving && now < this.#expected) {',
      },
      {
        name: 'a part that has begun stops until the older ones are complete',
        find: 'return since < late ? LATE : MOVING;',
        replace: 'return MOVING;',
      },
      {
        name: 'a part that is given up keeps its place in the queue',
        find: 'if (index !== -1) this.#waiting.splice(index, 1);',
        replace: '',
      },
      {
        name: 'small answers are free',
        find: 'if (bytes <= 0 || !this.#pay((bytes / rate) * 1000)) this.#credit -= bytes;',
        replace: 'if (bytes <= 0) this.#credit -= bytes;',
      },
    ],
  ),
  ...mutationsOf(
    'src/s3/pace.ts',
    ['test/s3/pace.test.ts'],
    [
      {
        name: 'parts of uploads have no limit',
        find: " || operation === 'UploadPart'",
        replace: '',
      },
      {
        name: 'an object that is not there costs as much as its range',
        find: 'status >= 200 && status <= 299 && ',
        replace: '',
      },
    ],
  ),
  ...mutationsOf(
    'src/s3/client.ts',
    [PROGRAM],
    [
      {
        name: 'objects of unknown size are not counted',
        find: 'if (passage !== undefined) this.#parts.pace?.answered(passage, request, answer);',
        replace: '',
      },
    ],
  ),
  ...mutationsOf(
    'src/s3/http/transport.ts',
    ['test/s3/http/transport.test.ts'],
    [
      {
        name: 'a body that waits for the limit counts as stalled',
        find: 'waits: () => watchdog.rest(),',
        replace: 'waits: () => {},',
      },
    ],
  ),
  ...mutationsOf(
    'src/s3/still-trying.ts',
    ['test/s3/still-trying.test.ts'],
    [
      {
        name: 'who waits for the limit is told that the server has trouble',
        find: 'return performance.now() - (this.#held() - this.#heldBefore);',
        replace: 'return performance.now();',
      },
    ],
  ),
  ...mutationsOf(
    'src/s3/retry.ts',
    ['test/s3/retry.test.ts'],
    [
      {
        name: 'a request that waits for the limit uses up its time',
        find: 'this.#since += milliseconds;',
        replace: '',
      },
    ],
  ),
  ...mutationsOf(
    'src/transfer/range-plan.ts',
    ['test/transfer/range-plan.test.ts'],
    [
      {
        name: 'many limited restores get their bytes in lumps, minutes apart',
        find: 'Math.min(rangeSize, Math.max(LEAST_RANGE, limited))',
        replace: 'rangeSize',
      },
    ],
  ),
];
