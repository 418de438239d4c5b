import { expect, test } from 'bun:test';
import { FailedAnswer } from '../../../src/s3/errors/failed-answer.ts';
import type { WireAnswer } from '../../../src/s3/http/answer.ts';
import { readConfirmation } from '../../../src/s3/operations/confirmation.ts';

const answerOf = (...pieces: string[]): WireAnswer => ({
  status: 200,
  headers: new Headers(),
  bytes: async () => new TextEncoder().encode(pieces.join('')),
  async *pieces() {
    for (const piece of pieces) yield new TextEncoder().encode(piece);
  },
});

async function failureOf(...pieces: string[]): Promise<unknown> {
  return await readConfirmation(answerOf(...pieces)).catch((error: unknown) => error);
}

const DOCUMENTS: readonly (readonly string[])[] = [
  ['<Error><Code>SlowDown</Code></Error>'],
  ['<?xml version="1.0" encoding="UTF-8"?>\n<Error><Code>SlowDown</Code></Error>'],
  ['  \n\r\n<?xml version="1.0"?><Error xmlns="urn:x"><Code>SlowDown</Code></Error>'],
  ['<', 'Err', 'or><Code>Slow', 'Down</Code></Error>'],
];

test.each(DOCUMENTS.map((pieces) => [pieces] as const))(
  'an error document is a failure: %p',
  async (pieces) => {
    expect(await failureOf(...pieces)).toMatchObject({ code: 'SlowDown', status: 200 });
  },
);

test('one that is cut short, or says an internal error, is the fault of the server', async () => {
  expect(await failureOf('<Error><Code>Slow')).toMatchObject({ status: 500 });
  expect(await failureOf('<Error><Code>InternalError</Code></Error>')).toMatchObject({ status: 500 });
});

test.each(['', '\n', '<CopyPartResult/>', '{"Error": 1}', '<Errors/>', '<html>'])(
  'any other text is none: %p',
  async (text) => {
    expect(await failureOf(text)).not.toBeInstanceOf(FailedAnswer);
  },
);

test('an endless body is not read to its end, and is no confirmation', async () => {
  let sent = 0;
  const endless: WireAnswer = {
    ...answerOf(),
    async *pieces() {
      for (;;) {
        sent += 1;
        yield new Uint8Array(10_000).fill(0x20);
      }
    },
  };
  const outcome = await readConfirmation(endless).catch((error: unknown) => error);
  expect(outcome).toMatchObject({ code: 'ETOOLONG' });
  expect(sent).toBeLessThan(20);
});
