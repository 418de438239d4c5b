import { test } from 'bun:test';
import { seaweedfs } from '../../lab/servers/seaweedfs.ts';
import { NotInstallable } from '../../lab/servers/server.ts';
import { describeConformance } from './suite.ts';
import type { StartedTarget } from './target.ts';

/** What SeaweedFS 4.48 does where it doesn't follow a rule. */
const knownDeviations: Readonly<Record<string, string>> = {
  'wrong-region-refused': 'accepts signatures for any region',
  'malformed-authorization-refused': 'answers its own code MissingFields',
  'unsigned-amz-header-refused':
    'takes the header into its own calculation, and answers SignatureDoesNotMatch',
  'payload-hash-required': 'computes the hash itself',
  'payload-hash-well-formed': 'signs whatever stands there',
  'payload-hash-verified': 'never compares the body with its signed hash, and stores it',
  'unknown-session-token-refused': 'answers 403 InvalidAccessKeyId',
  'host-id': 'has no x-amz-id-2',
  'head-bucket-region': 'has no x-amz-bucket-region',
  'delete-full-bucket': 'deletes the bucket with its objects',
  'put-missing-bucket': 'makes the bucket',
  'slashes-in-keys': 'takes // for / and a leading slash for none',
  'dots-in-keys': 'answers 400 to dot segments',
  'trailing-slash': 'makes a folder, and drops the bytes',
  'content-md5-well-formed': 'answers BadDigest',
  'crc32-well-formed': 'answers BadDigest',
  'crc32-type-answered': 'has no x-amz-checksum-type after PutObject',
  'length-required': 'stores an empty object',
  'range-head': 'ignores the range',
  'put-if-match-missing': 'answers 412 PreconditionFailed',
  'list-thousand-at-most': 'lists as many keys as are asked for',
  'list-bad-token': 'takes the token for a key',
  'list-v1-no-next-marker': 'has a NextMarker always',
  'delete-objects-digest-required': 'needs no digest',
  'delete-objects-digest-verified': 'never compares the document with its Content-MD5',
  'delete-objects-too-many': 'answers InvalidArgument',
  'delete-objects-no-keys': 'answers 200',
  'part-number-refused': 'answers InvalidPart',
  'part-replaced-is-gone': 'lists both parts',
  'abort-twice': 'answers 204 again',
  'list-uploads-order': 'lists uploads in the order of their ids',
  'list-uploads-delimiter': 'ignores the delimiter',
  'list-uploads-pages': 'has no NextKeyMarker',
  'complete-part-repeated': 'accepts the list',
  'complete-no-parts': 'answers NoSuchUpload',
  'complete-twice': 'answers 200 again',
  'complete-size-verified': 'ignores x-amz-mp-object-size',
  'composite-parts-need-crc32': 'accepts the part',
  'part-crc32-unasked': 'accepts the part',
  'part-crc32-in-list': 'answers BadDigest',
  'checksum-type-kept': 'answers BadDigest',
  'copy-object': 'answers the ETag without its quotes',
};

/** @returns why it can't be run here, if it can't */
async function install(): Promise<string | undefined> {
  try {
    await seaweedfs.install();
    return undefined;
  } catch (error) {
    if (error instanceof NotInstallable) return error.message;
    throw error;
  }
}

async function start(): Promise<StartedTarget> {
  const server = await seaweedfs.start();
  if (server.domain === undefined) throw new Error('SeaweedFS has no domain');
  return { target: { ...server, domain: server.domain }, stop: () => server.stop() };
}

const isWanted = process.env['CONFORMANCE_SERVERS'] !== 'embedded';
const obstacle = isWanted ? await install() : 'CONFORMANCE_SERVERS=embedded';
if (obstacle === undefined) {
  describeConformance({ name: 'SeaweedFS', knownDeviations, start });
} else if (isWanted && process.env['CI'] === 'true') {
  // There the embedded server must be compared with a real one, or its strictness is only our opinion.
  test('SeaweedFS can be run', () => {
    throw new Error(obstacle);
  });
} else {
  process.stdout.write(`skipped: SeaweedFS (${obstacle})\n`);
}
