import { describe, expect, test } from 'bun:test';
import { assert, integer, property } from 'fast-check';
import { ChunkedBody, CountedBody } from '../../bench/sink/body-reader.ts';
import { contentAt } from '../../bench/sink/content.ts';
import { keySuffix, sizeInKey } from '../../bench/sink/object-size.ts';
import { Pace } from '../../bench/sink/pace.ts';
import { parseHead, parseRange } from '../../bench/sink/request-head.ts';
import { Sink } from '../../bench/sink/sink.ts';
import { GiB, MiB } from '../../src/base/bytes.ts';

describe('the size in a key', () => {
  test.each([
    ['a/b-4GiB', 4 * GiB],
    ['x-64KiB', 64 * 1024],
    ['x-0B', 0],
    ['x-4GB', undefined],
    ['x-4GiB.gz', undefined],
    ['4GiB', undefined],
  ])('of %s is %p', (key, size) => {
    expect(sizeInKey(key)).toBe(size);
  });

  test('is read back from every suffix', () => {
    assert(
      property(integer({ min: 1, max: Number.MAX_SAFE_INTEGER }), (bytes) => {
        expect(sizeInKey(`name${keySuffix(bytes)}`)).toBe(bytes);
      }),
    );
  });
});

describe('a request', () => {
  test('is read with its query and headers', () => {
    const head = parseHead('PUT /b/k?partNumber=2&uploadId=u HTTP/1.1\r\nHost: h\r\nContent-Length:  7');
    expect([head.method, head.path, head.query.get('uploadId')]).toEqual(['PUT', '/b/k', 'u']);
    expect(head.headers.get('content-length')).toBe('7');
  });

  test.each([
    ['bytes=0-9', 100, [0, 10]],
    ['bytes=90-200', 100, [90, 100]],
    ['bytes=5-', 100, [5, 100]],
    ['bytes=100-', 100, undefined],
    ['bytes=-5', 100, undefined],
    [undefined, 100, undefined],
  ])('range %p of %p bytes is %j', (header, size, expected) => {
    expect(parseRange(header, size)).toEqual(expected as [number, number] | undefined);
  });

  test('with a length ends at it, and leaves what follows', () => {
    const body = new CountedBody(5);
    expect([body.take(new Uint8Array(3)), body.ended]).toEqual([3, false]);
    expect([body.take(new Uint8Array(9)), body.ended]).toEqual([2, true]);
  });

  test('in chunks is read however its bytes are cut', () => {
    const wire = Buffer.from('5\r\nhello\r\nA;x=y\r\n0123456789\r\n0\r\nTrailer: z\r\n\r\nGET');
    for (let cut = 1; cut < wire.length; cut += 1) {
      const body = new ChunkedBody();
      let taken = 0;
      for (let from = 0; from < wire.length && !body.ended; from += cut) {
        taken += body.take(wire.subarray(from, from + cut));
      }
      expect([cut, taken, body.content, body.ended]).toEqual([cut, wire.length - 3, 15, true]);
    }
  });
});

describe('a paced connection', () => {
  test('waits as long as its bytes take', () => {
    const pace = new Pace(1000);
    expect(pace.passed(50_000, 100)).toBe(45);
    expect(pace.passed(10_000, 145)).toBe(10);
  });

  test('does not make up for a pause', () => {
    const pace = new Pace(1000);
    pace.passed(1000, 0);
    expect(pace.passed(50_000, 10_000)).toBe(45);
  });

  test('without a limit never waits', () => {
    expect(new Pace(Infinity).passed(GiB, 0)).toBe(0);
  });
});

test('content is the same wherever reading begins', () => {
  const whole = contentAt(0, 3 * MiB);
  const later = contentAt(2 * MiB + 5, 100);
  expect(Buffer.compare(whole.subarray(2 * MiB + 5, 2 * MiB + 105), later)).toBe(0);
  expect(contentAt(9 * MiB - 1, 100).length).toBeGreaterThan(0);
});

test('the sink serves clients, and counts requests and bytes once', async () => {
  await using sink = await Sink.start({ latency: 0, bandwidth: Infinity });
  const url = `${sink.urls.http}/bench/key-64KiB`;
  const part = await fetch(url, { headers: { range: 'bytes=10-19' } });
  expect([part.status, part.headers.get('content-range')]).toEqual([206, 'bytes 10-19/65536']);
  expect(Buffer.compare(Buffer.from(await part.bytes()), contentAt(10, 10))).toBe(0);
  expect((await (await fetch(url)).bytes()).length).toBe(65_536);
  expect((await fetch(url, { method: 'PUT', body: new Uint8Array(5000) })).headers.get('etag')).toBeString();
  expect(
    (await fetch(`${sink.urls.http}/bench/key-64KiB`, { method: 'HEAD' })).headers.get('content-length'),
  ).toBe('5000');
  expect((await fetch(`${sink.urls.http}/bench/unknown`)).status).toBe(404);
  const secure = await fetch(`${sink.urls.https}/bench/x-1MiB`, { tls: { ca: sink.certificate } });
  expect((await secure.bytes()).length).toBe(MiB);
  const report = await sink.report();
  expect(report.requests).toBe(6);
  expect(report.received).toBeGreaterThan(5000);
  expect(report.sent).toBeGreaterThan(MiB + 65_546);
  expect((await sink.report()).requests).toBe(0);
});
