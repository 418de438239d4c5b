import { afterAll, beforeAll, describe, expect, test } from 'bun:test';
import { type S3Server, startS3Server } from '../../../lab/s3-server/server.ts';
import { RawConnection } from '../../conformance/raw-connection.ts';
import { signRequest } from '../../conformance/signed-request.ts';

const OWNER = '444455556666';
let server: S3Server;
beforeAll(async () => {
  server = await startS3Server({
    bucketOwner: OWNER,
    requesterPays: true,
    credentials: [
      { accessKeyId: 'testkey', secretAccessKey: 'testsecret', account: '777788889999' },
      { accessKeyId: 'owner', secretAccessKey: 'owners-secret', account: OWNER },
    ],
  });
});
afterAll(async () => await server.stop());

const PAYS = { 'x-amz-request-payer': 'requester' };

async function status(headers: Readonly<Record<string, string>>, own = false): Promise<string> {
  const keys = own
    ? { accessKeyId: 'owner', secretAccessKey: 'owners-secret' }
    : { accessKeyId: 'testkey', secretAccessKey: 'testsecret' };
  const request = await signRequest(
    { endpoint: server.url, region: 'us-east-1', ...keys },
    { method: 'GET', path: '/backups', query: { 'list-type': '2' }, headers },
  );
  const connection = await RawConnection.open(server.url);
  try {
    await connection.send(request.head);
    const { status: code, body } = await connection.answer(false);
    return `${code} ${/<Code>(\w+)/.exec(body.toString())?.[1] ?? ''}`.trim();
  } finally {
    connection.close();
  }
}

describe('the server for tests', () => {
  test.each([
    ['its owner', {}, true, '200'],
    ['its owner, who says so', { 'x-amz-expected-bucket-owner': OWNER }, true, '200'],
    ['somebody else', {}, false, '403 AccessDenied'],
    ['somebody else who pays', PAYS, false, '200'],
    ['somebody else who says it wrongly', { 'x-amz-request-payer': 'me' }, false, '403 AccessDenied'],
    ['a wrong owner', { ...PAYS, 'x-amz-expected-bucket-owner': '000000000000' }, false, '403 AccessDenied'],
    [
      'no account id',
      { ...PAYS, 'x-amz-expected-bucket-owner': 'x' },
      false,
      '400 InvalidBucketOwnerAWSAccountID',
    ],
  ])('answers a request to a Requester Pays bucket by %s', async (_who, headers, own, expected) => {
    expect(await status(headers, own)).toBe(expected);
  });
});
