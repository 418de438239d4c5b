import { mutationsOf } from './mutation.ts';

/** What the commands of a backup know of its set-up. */
export const SET_UPS = [
  ...mutationsOf(
    'src/session/set-up-mark.ts',
    ['test/program/set-up-mark.test.ts'],
    [
      {
        name: 'a mark of last week lets a backup give up early',
        find: 'age < VALID',
        replace: 'age < Number.MAX_VALUE',
      },
      {
        name: 'the failed set-up of one bucket lets a backup to another give up early',
        find: '-${Bun.hash(JSON.stringify(place)).toString(36)}',
        replace: '',
      },
      {
        name: 'a set-up that succeeded leaves its mark',
        find: 'quietly(() => unlinkSync(join(folder, this.#name)));',
        replace: '',
      },
      {
        name: 'a set-up that can’t leave its mark fails',
        find: 'quietly(() => this.#write());',
        replace: 'this.#write();',
      },
    ],
  ),
  ...mutationsOf(
    'src/session/session.ts',
    ['test/program/set-up-mark.test.ts'],
    [
      {
        name: 'a set-up that was killed leaves no mark',
        find: 'setUpMark.set();',
        replace: '',
      },
      {
        name: 'after a failed set-up each of a thousand tables waits for ten minutes',
        find: 'isHopeless ? Math.min(retry.timeout, GIVE_UP) : retry.timeout',
        replace: 'retry.timeout',
      },
    ],
  ),
  ...mutationsOf(
    'src/session/watched.ts',
    ['test/program/signal-waits.test.ts'],
    [
      {
        name: 'a signal does not say what was waited for',
        find: "signal.addEventListener('abort', explain, { once: true });",
        replace: '',
      },
    ],
  ),
];
