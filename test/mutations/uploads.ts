import { mutationsOf } from './mutation.ts';

const UPLOAD_FAULTS = 'test/program/upload-faults.test.ts';
const WIRING_UPLOAD = 'test/program/wiring-upload.test.ts';
const OBJECT_POLICY = 'test/s3/object-policy.test.ts';

/** S3 operations that store. */
export const UPLOADS = [
  ...mutationsOf(
    'src/s3/operations/complete-multipart-upload.ts',
    [WIRING_UPLOAD, UPLOAD_FAULTS],
    [
      {
        name: 'a result of Complete without ETag counts',
        find: "if ((childText(element, 'ETag') ?? '') === '')",
        replace: "if (childText(element, 'ETag') === null)",
        tests: [WIRING_UPLOAD],
      },
      {
        name: 'another object of the same size counts as this upload’s',
        find: 'facts.uploadToken === upload.token && facts.size === size',
        replace: 'facts.size === size',
        tests: [UPLOAD_FAULTS],
      },
      {
        name: 'an object with this upload’s token and another size counts',
        find: 'facts.uploadToken === upload.token && facts.size === size',
        replace: 'facts.uploadToken === upload.token',
        tests: [WIRING_UPLOAD],
      },
      {
        name: '200 with an error in it counts as success',
        find: "if (root === 'Error') throw await failureInside(text, answer.headers);",
        replace: '',
        tests: [UPLOAD_FAULTS, WIRING_UPLOAD],
      },

      {
        name: 'an object of which Complete’s answer was lost counts as not stored',
        find: 'if (!(await isThere(client, upload, parts))) throw error;',
        replace: 'throw error;',
        tests: [UPLOAD_FAULTS],
      },
      {
        name: 'the checksum of the whole is not sent',
        find: "{ 'x-amz-checksum-crc32': crc32ToBase64(crc32OfParts(parts)), 'x-amz-checksum-type': 'FULL_OBJECT' }",
        replace: '{}',
        tests: [WIRING_UPLOAD],
      },

      {
        name: 'joining thousands of parts gets no more time than a part',
        find: 'WORK = 5',
        replace: 'WORK = 0.2',
        tests: [WIRING_UPLOAD],
      },
    ],
  ),
  ...mutationsOf(
    'src/s3/operations/create-multipart-upload.ts',
    [UPLOAD_FAULTS, WIRING_UPLOAD],
    [
      {
        name: 'an upload whose answer was lost is left',
        find: 'strays: attempt.number > 1',
        replace: 'strays: false',
        tests: [UPLOAD_FAULTS],
      },
      {
        name: 'checksums are sent that nobody acknowledged',
        find: "withCrc32: crc32 !== 'off' && acknowledged",
        replace: "withCrc32: crc32 !== 'off'",
        tests: [UPLOAD_FAULTS],
      },
      {
        name: 'a server that refuses checksums can’t be used',
        find: 'error.status === 400 || error.status === 501',
        replace: 'error.status === 400',
        tests: [UPLOAD_FAULTS],
      },
      {
        name: 'checksum: crc32 is not kept to',
        find: "if (crc32 === 'required' && !acknowledged) {",
        replace: 'if (uploadId === null) {',
        tests: [UPLOAD_FAULTS],
      },
      {
        name: 'checksum: off is not kept to',
        find: "policy.checksum === 'auto' && client",
        replace: "policy.checksum !== 'crc32' && client",
        tests: [WIRING_UPLOAD],
      },
      {
        name: 'an upload without an id goes on',
        find: "if (uploadId === '') throw new TransportError('EPROTOCOL', 'the answer gives no upload id');",
        replace: '',
        tests: [WIRING_UPLOAD],
      },
      {
        name: 'an upload leaves no token on its object',
        find: '{ ...checksum, ...policy.storedWith?.(key, undefined), [UPLOAD_METADATA]: token }',
        replace: '{ ...checksum }',
        tests: [UPLOAD_FAULTS],
      },
    ],
  ),
  ...mutationsOf(
    'src/s3/operations/upload-part.ts',
    [UPLOAD_FAULTS, WIRING_UPLOAD],
    [
      {
        name: 'a part without an ETag counts',
        find: "if (etag === null || etag === '')",
        replace: 'if (etag === undefined)',
        tests: [UPLOAD_FAULTS],
      },
    ],
  ),
  ...mutationsOf(
    'src/s3/operations/put-object.ts',
    [UPLOAD_FAULTS, WIRING_UPLOAD],
    [
      {
        name: 'the page of a portal counts as stored',
        find: "answer.headers.get('etag') === null || ",
        replace: '',
        tests: [UPLOAD_FAULTS],
      },
      {
        name: 'small objects are stored without our checksum',
        find: '{ ...headers, ...policy.storedWith?.(key, body.length), [CRC32_METADATA]: crc32ToHex(crc) }',
        replace: '{ ...headers }',
        tests: ['test/program/download-faults.test.ts'],
      },
    ],
  ),
  ...mutationsOf(
    'src/s3/operations/abort-multipart-upload.ts',
    [UPLOAD_FAULTS, WIRING_UPLOAD],
    [
      {
        name: 'an upload that is gone can’t be removed',
        find: 'error.status !== 404',
        replace: 'error.status !== 444',
        tests: ['test/program/wiring-delete.test.ts'],
      },
    ],
  ),
  ...mutationsOf(
    'src/s3/object-policy.ts',
    [OBJECT_POLICY, 'test/program/connections.test.ts'],
    [
      {
        name: 'Content-MD5 is missing where nothing else protects a body',
        find: "policy.checksum === 'off' ? {} : { 'content-md5': md5Base64(body) }",
        replace: '{}',
        tests: [OBJECT_POLICY],
      },
      {
        name: 'a bare part is protected by nothing',
        find: "(!signBody && policy.checksum !== 'off')",
        replace: 'signBody === undefined',
      },
      {
        name: 'over plain http bodies are not signed',
        find: "client.server.scheme === 'http' || !hasChecksum",
        replace: '!hasChecksum',
      },
      {
        name: 'payload_signing is not kept to',
        find: "if (policy.payloadSigning !== 'auto') return policy.payloadSigning === 'on';",
        replace: '',
      },
      {
        name: 'checksum headers go to servers that refuse them',
        find: "client.server.provider.checksums === 'always'",
        replace: "client.server.provider.checksums !== 'never'",
      },
    ],
  ),
  ...mutationsOf(
    'src/s3/operations/confirmation.ts',
    ['test/s3/operations/confirmation.test.ts', 'test/program/wiring-upload.test.ts'],
    [
      {
        name: 'an error page in a 200 is final',
        find: "document.code === 'InternalError' || document.code === undefined ? 500",
        replace: "document.code === 'InternalError' ? 500",
      },
      {
        name: 'an error in the 200 to a part counts as success',
        find: 'if (isErrorDocument(text)) throw',
        replace: 'if (text === null) throw',
      },
      {
        name: 'an endless answer to a part is read to its end',
        find: 'if (length > LONGEST)',
        replace: 'if (length < 0)',
      },
    ],
  ),
  ...mutationsOf(
    'src/s3/errors/classify.ts',
    ['test/s3/errors/classify.test.ts'],
    [
      {
        name: 'InternalError in a 200 is final',
        find: "InternalError: 'again'",
        replace: "InternalError: 'final'",
      },
    ],
  ),
  ...mutationsOf(
    'src/s3/xml.ts',
    ['test/s3/xml.test.ts', 'test/program/wiring-upload.test.ts'],
    [
      {
        name: 'blanks in front of Complete’s result are an error',
        find: 'text.trimStart()',
        replace: 'text',
      },
    ],
  ),
  ...mutationsOf(
    'src/s3/operations/put-object.ts',
    ['test/program/wrong-server.test.ts'],
    [
      {
        name: 'a small object that a page answered counts as stored',
        find: '(text.length > 0 && isPage(answer.headers))',
        replace: 'false',
      },
      {
        name: 'a small object that no server of S3 answered counts as stored',
        find: "answer.headers.get('etag') === null || ",
        replace: '',
      },
    ],
  ),
];
