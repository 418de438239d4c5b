import { mutationsOf } from './mutation.ts';

const REPLICATION = 'test/program/replication.test.ts';
const FAILOVER = 'test/program/failover.test.ts';
const OBJECT = 'test/transfer/replicate-object.test.ts';
const SECOND_SITE = 'test/config/second-site.test.ts';

/** The second site: its options, replicas, and restores from there. */
export const REPLICAS = [
  ...mutationsOf(
    'src/config/second-site.ts',
    [SECOND_SITE],
    [
      {
        name: 'a backup is replicated onto itself',
        find: 'if (placeOf(config) === placeOf(second.config))',
        replace: 'if (placeOf(config) === undefined)',
      },
      {
        name: "the second site is signed in to with the first one's token",
        find: '...(has(KEYS) ? [...KEYS, ...ROLE,',
        replace: '...(has(KEYS) ? [...ROLE,',
      },
      {
        name: 'to AWS everything goes in clear because another server has no TLS',
        find: "? ['encryption', 'url_style']",
        replace: '? []',
      },
    ],
  ),
  ...mutationsOf(
    'src/catalogue/replica.ts',
    [REPLICATION],
    [
      {
        name: 'half of a replica is taken for the whole',
        find: "[others.map(({ object }) => object), last('config'), last('report')]",
        replace: "[last('report'), last('config'), others.map(({ object }) => object)]",
      },
      {
        name: 'a replica replaces the backup of another cluster',
        find: '(mayBeReplaced(object.key) ? replaced : conflicts)?.push(object)',
        replace: 'replaced?.push(object)',
      },
      {
        name: 'what is there is copied again',
        find: "if (found !== 'same') doubtful",
        replace: "if (found !== 'different') missing.push(object); else doubtful",
      },
    ],
  ),
  ...mutationsOf(
    'src/transfer/replicate-object.ts',
    [OBJECT, REPLICATION],
    [
      {
        name: 'what arrived at the second site is not looked at',
        find: "if (sameBytes(seen(source), seen(stored)) !== 'different') return;",
        replace: 'if (stored !== undefined) return;',
      },
      {
        name: 'bytes are replicated that are not those of the MD5',
        find: 'if (md5 !== undefined && md5 !==',
        replace: 'if (md5 === null && md5 !==',
        tests: [REPLICATION],
      },
      {
        name: 'another object may be replicated than the one that was looked at',
        find: '{ ...settings, expected: facts }',
        replace: 'settings',
        tests: [REPLICATION],
      },
    ],
  ),
  ...mutationsOf(
    'src/transfer/copy-in-parts.ts',
    [OBJECT],
    [
      {
        name: 'a copy in parts is made whatever its checksum',
        find: 'crc32OfParts(proved) !== facts.crc32) {',
        replace: 'crc32OfParts(proved) === undefined) {',
      },
      {
        name: 'a copy that failed leaves its parts to be paid for',
        find: '    await remove(client, upload);\n    throw error;',
        replace: '    throw error;',
      },
    ],
  ),
  ...mutationsOf(
    'src/s3/operations/copy-object.ts',
    [REPLICATION],
    [
      {
        name: 'a copy that failed with 200 counts as made',
        find: "if (root === 'Error') throw await failureInside(text, answer.headers);",
        replace: "if (root === 'Error') return 'etag';",
      },
    ],
  ),
  ...mutationsOf(
    'src/s3/operations/copy-source.ts',
    ['test/s3/operations/copy-source.test.ts'],
    [
      {
        name: 'keys with a plus or a percent sign are copied from elsewhere',
        find: "'x-amz-copy-source': encodeKey(place),",
        replace: "'x-amz-copy-source': place,",
      },
      {
        name: 'a copy is made of what replaced its source',
        find: "...(etag === undefined ? {} : { 'x-amz-copy-source-if-match': etag }),",
        replace: '',
        tests: [OBJECT],
      },
    ],
  ),
  ...mutationsOf(
    'src/transfer/same-bytes.ts',
    ['test/transfer/same-bytes.test.ts'],
    [
      {
        name: 'a flipped byte is the same',
        find: "return one.crc32 === other.crc32 ? 'same' : 'different';",
        replace: "return 'same';",
      },
      {
        name: 'weak ETags prove the same bytes',
        find: 'strongTag({ etag } as ObjectFacts)?.replace',
        replace: 'etag?.replace',
      },
    ],
  ),
  ...mutationsOf(
    'src/transfer/two-sites.ts',
    [FAILOVER],
    [
      {
        name: 'a restore goes on with the bytes of another object',
        find: "if (sameBytes({ facts: expected }, seen(described)) === 'same') return described.facts;",
        replace: 'if (expected !== undefined) return described.facts;',
      },
      {
        name: 'each of a thousand processes waits for a first site that is down',
        find: 'this.#isDown ??= this.#other.isFirstDown();',
        replace: 'this.#isDown ??= false;',
      },
      {
        name: 'an object that the first site has lost is lost',
        find: "error.failure === 'unreachable' || error.status === 404",
        replace: "error.failure === 'unreachable'",
      },
    ],
  ),
  ...mutationsOf(
    'src/session/replicate-at-end.ts',
    [REPLICATION],
    [
      {
        name: 'a backup that failed is replicated by itself',
        find: "if (set?.status !== 'Success') {",
        replace: 'if (set === undefined) {',
      },
    ],
  ),
  ...mutationsOf(
    'src/session/replicate.ts',
    [REPLICATION],
    [
      {
        name: 'a second replicate_backup of the same backup succeeds',
        find: 'if (done === 0) throw alreadyError',
        replace: 'if (done === -1) throw alreadyError',
      },
      {
        name: 'an incremental backup without its bases is replicated in silence',
        find: 'if (!chain) warnings.push(...(await missingBases(second, set)));',
        replace: '',
      },
    ],
  ),
];
