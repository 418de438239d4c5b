import { afterAll, beforeAll } from 'bun:test';
import type { ProxyAction } from '../../lab/proxy/proxy.ts';
import type { FaultCondition } from '../../lab/test-server.ts';
import { faultCase, type Tries } from './fault-case.ts';
import { LARGE, type Options, Passage, SMALL } from './passage.ts';
import { RealServer } from './real-server.ts';

let server: RealServer;
beforeAll(async () => {
  server = await RealServer.start();
});
afterAll(async () => await server[Symbol.asyncDispose]());

function answerCase(title: string, body: (tries: Tries) => Promise<void>): void {
  faultCase('Server answers', title, body, { concurrent: true });
}

async function passage(tries: Tries, size = LARGE): Promise<Passage> {
  return await Passage.open(server, tries, size);
}

function add({ proxy }: Passage, action: ProxyAction, ...conditions: readonly FaultCondition[]): void {
  for (const when of conditions) proxy.script.add({ when, do: action });
}

const ANSWERED_IN_XML = [
  { operation: 'CreateMultipartUpload' },
  { operation: 'CompleteMultipartUpload' },
] as const;
const LISTS = [
  { operation: 'ListObjectsV2' },
  { operation: 'ListMultipartUploads' },
  { operation: 'DeleteObjects' },
] as const;

const PAGE = '<!DOCTYPE html><html><head><title>Portal</title></head><body><p>Log in<br></body></html>';
const HTML: ProxyAction = {
  kind: 'answer',
  status: 200,
  headers: { 'content-type': 'text/html' },
  body: PAGE,
};
/** Of a portal that lets the request through and puts its own page in the answer's place. */
const HTML_AFTERWARDS: ProxyAction = {
  kind: 'rewrite',
  status: 200,
  headers: { 'content-type': 'text/html', 'content-range': undefined, etag: undefined },
  body: () => Buffer.from(PAGE),
};
const CUT_XML: ProxyAction = { kind: 'rewrite', body: (bytes) => bytes.subarray(0, bytes.length - 30) };

for (const [words, action] of [
  ['HTML in place of XML', HTML],
  ['HTML in place of XML, after the request was performed', HTML_AFTERWARDS],
  ['XML cut short', CUT_XML],
] as const) {
  answerCase(`${words}: the request is sent again, or its outcome looked up`, async (tries) => {
    await using one = await passage(tries);
    add(one, action, ...ANSWERED_IN_XML, ...LISTS);
    await one.backupSurvives();
    one.expectFired(2);
    await one.deletesBackup();
    one.expectFired(3);
    if (action === CUT_XML) return;
    // An object in one request is answered without XML: the page must not be taken for that.
    await using small = await passage(tries, SMALL);
    add(small, action, { operation: 'PutObject', times: 2 });
    await small.backupSurvives();
    small.expectFired(2);
  });

  answerCase(`${words}, for good: an error that shows what came`, async (tries) => {
    await using upload = await passage(tries);
    add(upload, action, { operation: 'CreateMultipartUpload', times: Infinity });
    // Uploads whose id was never told are looked for under their key, and removed.
    await upload.backupFails(['CreateMultipartUpload', 'EPROTOCOL', '3 tries', 'HINT: 127.0.0.1']);
    await using list = await passage(tries, SMALL);
    await list.store();
    add(list, action, { operation: 'ListObjectsV2', times: Infinity });
    await list.deletesBackup(['ListObjectsV2', 'EPROTOCOL', '3 tries', 'HINT: 127.0.0.1']);
    await list.restoreSurvives();
  });
}

/** The second and every later range, and the only one of a small object. */
const ANY_RANGE: FaultCondition = { operation: 'GetObject', times: Infinity };

/** What a proxy makes of an answer that it compresses as a whole. */
function compressedWhole(data: Uint8Array): ProxyAction {
  return {
    kind: 'rewrite',
    status: 200,
    headers: { 'content-encoding': 'gzip', 'content-range': undefined },
    body: () => Bun.gzipSync(Uint8Array.from(data)),
  };
}

/**
 * A restore that is answered badly once, or always: large and small, to standard output and to a file.
 * @param make gets the whole object
 * @param always what the error must say; undefined when even an answer that is always bad can be put right
 */
function badRanges(
  words: string,
  make: (data: Uint8Array) => ProxyAction,
  always: readonly (string | RegExp)[] | undefined,
  options: Options = {},
  optionsForGood = options,
): void {
  answerCase(`${words}, once and several times in a row: fetched again`, async (tries) => {
    await Promise.all(
      [LARGE, SMALL].map(async (size) => {
        await using one = await passage(tries, size);
        await one.store();
        add(one, make(one.data), { operation: 'GetObject' }, { operation: 'GetObject', nth: 4 });
        await one.restoreSurvives(options);
        one.expectFired(1);
        one.proxy.script.clear();
        add(one, make(one.data), { operation: 'GetObject', nth: size === LARGE ? 2 : 1, times: 2 });
        await one.restoresFile(undefined, options);
        one.expectFired(2);
      }),
    );
  });

  const outcome = always === undefined ? 'restored all the same' : 'an error that says what came';
  answerCase(`${words}, for good: ${outcome}`, async (tries) => {
    await Promise.all(
      [LARGE, SMALL].map(async (size) => {
        await using one = await passage(tries, size);
        await one.store();
        add(one, make(one.data), ANY_RANGE);
        if (always === undefined) {
          await one.restoreSurvives(optionsForGood);
          await one.restoresFile(undefined, optionsForGood);
        } else {
          await one.restoreFails(always, optionsForGood);
          await one.restoresFile(always, optionsForGood);
          one.proxy.script.clear();
          if (size === SMALL) return;
          add(one, make(one.data), { operation: 'GetObject', nth: 3, times: Infinity });
          await one.restoreFails(always, optionsForGood);
        }
        one.expectFired(1);
      }),
    );
  });
}

badRanges('a wrong Content-Range', (data) => ({ kind: 'contentRange', value: `bytes 7-99/${data.length}` }), [
  'EPROTOCOL',
  'were requested, 7-99 were sent',
  'HINT: 127.0.0.1',
]);
badRanges('a Content-Range that can’t be read', () => ({ kind: 'contentRange', value: 'bytes 1-*/x' }), [
  'EPROTOCOL',
  'without a usable Content-Range',
  'HINT: 127.0.0.1',
]);
badRanges(
  'a range that is answered with 200 and the whole object',
  (data) => ({ kind: 'rewrite', status: 200, headers: { 'content-range': undefined }, body: () => data }),
  undefined,
);
badRanges('304, which nobody asked for', () => ({ kind: 'rewrite', status: 304 }), ['HTTP 304', '3 tries']);
badRanges('a page in place of the data', () => HTML, [
  'not an object of an S3 server (EPROTOCOL, 3 tries)',
  'HINT: 127.0.0.1',
]);
badRanges(
  'a Content-Length that is too short',
  () => ({ kind: 'lieLength', contentLength: 1000 }),
  [/ESHORT|ECONNRESET|EPROTOCOL/, 'tries', 'HINT: '],
  { max_request_retries: '2' },
);
badRanges(
  'a Content-Length that is too long',
  () => ({ kind: 'shortBody', bytes: 1000 }),
  [/ESHORT|ECONNRESET/, 'tries', 'HINT: '],
  { max_request_retries: '2' },
);
badRanges(
  'a range that is compressed though nobody asked',
  () => ({
    kind: 'rewrite',
    headers: { 'content-encoding': 'gzip' },
    body: (bytes) => Bun.gzipSync(Uint8Array.from(bytes)),
  }),
  [/ESHORT|EPROTOCOL/, 'tries', 'HINT: '],
  { max_request_retries: '2' },
);
badRanges('the whole object, compressed though nobody asked', compressedWhole, [
  /EPROTOCOL|replaced/,
  'HINT: ',
]);
badRanges(
  'a body that trickles at one byte a second',
  () => ({ kind: 'trickle', bytesPerSecond: 1 }),
  ['ESTALLED', 'tries', 'HINT: '],
  { retry_timeout: '60s' },
  { retry_timeout: '5s' },
);

answerCase(
  'the whole object, compressed though nobody asked, of which no checksum is known: an error, and no byte of it',
  async (tries) => {
    await Promise.all(
      [LARGE, SMALL].map(async (size) => {
        await using one = await passage(tries, size);
        await server.put(one.key, one.data);
        add(one, compressedWhole(one.data), ANY_RANGE);
        await one.restoreFails(['EPROTOCOL', 'compressed', '3 tries', 'HINT: 127.0.0.1']);
        await one.restoresFile(['EPROTOCOL', 'compressed', '3 tries', 'HINT: 127.0.0.1']);
      }),
    );
  },
);
