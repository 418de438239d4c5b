import { afterAll, beforeAll, expect } from 'bun:test';
import { mkdirSync } from 'node:fs';
import { array, constantFrom, integer, nat, oneof, sample, string, tuple } from 'fast-check';
import {
  BACKUP_DIR,
  type Outcome,
  PREFIX,
  someBytes,
  TIMESTAMP,
  Workplace,
} from '../../lab/program/plugin.ts';
import { type S3Server, startS3Server } from '../../lab/s3-server/server.ts';
import { mutated } from '../config/config-files.ts';
import { faultCase } from './fault-case.ts';
import { expectClearError } from './safety.ts';

const NAME = `gpbackup_4_${TIMESTAMP}`;
const PATH = `${BACKUP_DIR}/${NAME}`;
const DATA = someBytes(1_000_000, 13);
const SEED = 20_261_122;

let server: S3Server;
beforeAll(async () => {
  server = await startS3Server();
  await server.objects.put('backups', PREFIX + NAME, DATA);
});
afterAll(async () => {
  await server.stop();
});

async function restore(place: Workplace, file: string): Promise<Outcome> {
  return await place.run(['restore_data_subset', place.config(server), PATH, file]);
}

/** Nothing is written: the reader of a single data file sees the message. */
function expectRefused(outcome: Outcome): void {
  expect([outcome.exitCode, outcome.stdout.length]).toEqual([1, 0]);
  expectClearError(outcome);
}

const malformed: Readonly<Record<string, string | Uint8Array>> = {
  'nothing at all': '',
  'blanks only': ' \n\t\n',
  'a NUL': '\0',
  'a number of ranges and none': '1',
  'half a range': '1 5',
  'more ranges than announced': '1 0 5 6 7',
  'fewer ranges than announced': '2 0 5',
  'an end before its start': '1 5 3',
  'a negative number of ranges': '-1 0 5',
  'a negative offset': '1 -5 5',
  'a fraction': '1 0 5.5',
  'an exponent': '1 0 1e3',
  'a hexadecimal number': '1 0x0 0x5',
  'a plus sign': '1 +0 +5',
  commas: '1,0,5',
  'numbers too large for a file': '1 0 99999999999999999999',
  'more than a double holds exactly': '1 0 9007199254740993',
  'a huge number of ranges': '9007199254740991 0 5',
  'a word': '1 zero five',
  'a path': '../../etc/passwd',
  'terminal control sequences': '1 \u001b[2J\u001b]0;x\u0007 5',
  'bytes of no encoding': new Uint8Array([0x31, 0x20, 0xff, 0xfe, 0x20, 0x35]),
  'a NUL between numbers': '1 0\u00005',
  'a byte order mark': '\ufeff1 0 x',
  'digits of another script': '1 \u0660 \u0665',
  'a megabyte of digits': '1'.repeat(1_000_000),
  'the data itself': DATA,
  'a range past the end': `1 0 ${DATA.length + 1}`,
  'an empty range past the end': `1 ${DATA.length + 1} ${DATA.length + 1}`,
  'a good range and one far past the end': '2 0 5 4000000000 4000000001',
};

faultCase(
  'Bad input',
  'offsets files of every malformed kind: a clear error, and no byte is written',
  async (tries) => {
    using place = new Workplace();
    for (const [what, content] of Object.entries(malformed)) {
      const outcome = await restore(place, place.write('offsets', content));
      expect(outcome.exitCode, what).toBe(1);
      expectRefused(outcome);
      tries.failedCleanly();
    }
    mkdirSync(place.path('folder'));
    for (const file of ['folder', 'nowhere', '', '/proc/self/mem', 'offsets/below-a-file']) {
      expectRefused(await restore(place, place.path(file)));
      tries.failedCleanly();
    }
  },
);

const range = tuple(nat(DATA.length), nat(5000)).map(
  ([start, length]) => [start, Math.min(DATA.length, start + length)] as const,
);
const goodFile = tuple(array(range, { maxLength: 5 }), constantFrom(' ', '\n', '\t')).map(([ranges, blank]) =>
  [ranges.length, ...ranges.flat()].join(blank),
);
const anyMutation = tuple(
  integer({ min: 0, max: 60 }),
  integer({ min: 0, max: 3 }),
  oneof(constantFrom('', ' ', '\n', '0', '9', '-', '.', 'e', '\0'), string({ maxLength: 2 })),
);
const anyFile = tuple(goodFile, array(anyMutation, { maxLength: 2 })).map(([text, mutations]) =>
  mutations.reduce(mutated, text),
);

/** The bytes that a file asks for, by the rules of gprestore's format; undefined when it is none. */
function wanted(text: string): Buffer | undefined {
  const words = text.split(/\s+/).filter((word) => word !== '');
  if (words.length === 0 || words.some((word) => !/^[0-9]{1,16}$/.test(word))) return undefined;
  const [count = 0, ...offsets] = words.map(Number);
  if (offsets.length !== 2 * count) return undefined;
  const pieces: Uint8Array[] = [];
  for (let index = 0; index < offsets.length; index += 2) {
    const [start = 0, end = 0] = offsets.slice(index, index + 2);
    if (start > end || end > DATA.length) return undefined;
    pieces.push(DATA.subarray(start, end));
  }
  return Buffer.concat(pieces);
}

faultCase(
  'Bad input',
  '300 random offsets files: exactly the bytes that they ask for, or a clear error and none',
  async (tries) => {
    using place = new Workplace();
    console.log(`random offsets files: seed ${SEED}`);
    const files = sample(anyFile, { numRuns: 300, seed: SEED });
    const atOnce = 4;
    const seen = { good: 0, bad: 0 };
    const worker = async (first: number): Promise<void> => {
      for (let index = first; index < files.length; index += atOnce) {
        const text = files[index] ?? '';
        const outcome = await restore(place, place.write(`offsets-${index}`, text));
        const bytes = wanted(text);
        if (bytes === undefined) {
          expectRefused(outcome);
          seen.bad += 1;
          tries.failedCleanly();
        } else {
          expect([outcome.exitCode, outcome.stderr, Buffer.compare(outcome.stdout, bytes)]).toEqual([
            0,
            '',
            0,
          ]);
          seen.good += 1;
          tries.survived();
        }
      }
    };
    await Promise.all(Array.from({ length: atOnce }, async (_, first) => await worker(first)));
    expect(Math.min(seen.good, seen.bad)).toBeGreaterThan(30);
  },
);
