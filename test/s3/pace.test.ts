import { describe, expect, test } from 'bun:test';
import { MiB } from '../../src/base/bytes.ts';
import type { WireAnswer } from '../../src/s3/http/answer.ts';
import { Lane } from '../../src/s3/http/lane.ts';
import { Pace } from '../../src/s3/pace.ts';
import type { S3Request } from '../../src/s3/request.ts';

const { signal } = new AbortController();

/** A lane of 1,000 bytes a millisecond, and the bytes that were paid for. */
function lane(): { lane: Lane; paid: () => number } {
  let cost = 0;
  const line = {
    rate: () => 1_000_000,
    reserve: (milliseconds: number) => {
      cost += milliseconds;
      return -1e6;
    },
  };
  return { lane: new Lane(line), paid: () => Math.round(cost * 1000) };
}

function request(operation: S3Request['operation'], more: Partial<S3Request> = {}): S3Request {
  return { operation, method: 'GET', ...more };
}

function answer(status: number, length?: number): WireAnswer {
  const headers = new Headers(length === undefined ? {} : { 'content-length': String(length) });
  return { status, headers, bytes: () => Promise.reject(new Error()), pieces: () => [] as never };
}

describe('a body that leaves', () => {
  test.each(['PutObject', 'UploadPart'] as const)(
    'of %s takes the way up, a step at first',
    async (operation) => {
      const [up, down] = [lane(), lane()];
      const body = new Uint8Array(MiB);
      await new Pace(up.lane, down.lane).begin(request(operation, { body }), signal);
      expect([up.paid(), down.paid()]).toEqual([10_000, 0]);
      await new Pace(up.lane, down.lane).begin(request(operation, { body: body.subarray(0, 99) }), signal);
      expect(up.paid()).toBe(10_099);
    },
  );

  test.each([
    ['an empty PutObject', request('PutObject', { body: new Uint8Array(0) })],
    ['CompleteMultipartUpload', request('CompleteMultipartUpload', { body: new Uint8Array(99) })],
    ['DeleteObjects', request('DeleteObjects', { body: new Uint8Array(99) })],
    ['ListObjectsV2', request('ListObjectsV2')],
    ['HeadObject', request('HeadObject')],
  ])('of %s is free', async (_, free) => {
    const [up, down] = [lane(), lane()];
    expect(await new Pace(up.lane, down.lane).begin(free, signal)).toBeUndefined();
    expect([up.paid(), down.paid()]).toEqual([0, 0]);
  });

  test('takes no limit of the other direction', async () => {
    const other = lane();
    const body = new Uint8Array(99);
    expect(await new Pace(undefined, other.lane).begin(request('PutObject', { body }), signal)).toBe(
      undefined,
    );
    expect(await new Pace(other.lane, undefined).begin(request('GetObject'), signal)).toBe(undefined);
    expect(other.paid()).toBe(0);
  });
});

/** Bytes paid for the whole of a GET. */
async function paidFor(answerLength: number | undefined, came: WireAnswer): Promise<number> {
  const { lane: down, paid } = lane();
  const wanted = request('GetObject', answerLength === undefined ? {} : { answerLength });
  const pace = new Pace(undefined, down);
  const passage = await pace.begin(wanted, signal);
  if (passage === undefined) throw new Error('not limited');
  pace.answered(passage, wanted, came);
  // What is left over is used first.
  await passage.take(1_000_000, 1_000_000, signal);
  return paid() - 1_000_000;
}

describe('an object that comes', () => {
  test('is paid for before it comes where its length is known', async () => {
    expect(await paidFor(5000, answer(206, 5000))).toBe(5000);
    expect(await paidFor(5000, answer(206))).toBe(5000);
  });

  test('is paid for by what the answer says otherwise', async () => {
    expect(await paidFor(undefined, answer(206, 1000))).toBe(1000);
    expect(await paidFor(undefined, answer(200, 70_000))).toBe(70_000);
    expect(await paidFor(5000, answer(200, 9000))).toBe(9000);
  });

  test('costs nothing where it does not come', async () => {
    expect(await paidFor(undefined, answer(404, 300))).toBe(0);
    expect(await paidFor(5000, answer(412, 300))).toBe(0);
  });
});
