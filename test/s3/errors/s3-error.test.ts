import { expect, test } from 'bun:test';
import { PluginError } from '../../../src/base/plugin-error.ts';
import { ObjectChangedError } from '../../../src/s3/errors/object-changed-error.ts';
import { S3Error, type S3Failure, s3Url } from '../../../src/s3/errors/s3-error.ts';

const failure: S3Failure = {
  operation: 'GetObject',
  bucket: 'backups',
  key: 'folder/file',
  status: 404,
  code: 'NoSuchKey',
  reason: 'the key does not exist',
  requestId: '4442',
  tries: 1,
  retryable: false,
};
const messageOf = (change: Partial<S3Failure>): string =>
  new S3Error({ ...failure, ...change }, { hint: undefined }).message;

test('an S3 error says what failed, where, why, and what the server called it', () => {
  expect(messageOf({})).toBe(
    'GetObject s3://backups/folder/file failed: the key does not exist (HTTP 404 NoSuchKey, request id 4442)',
  );
});

test('the number of tries is told when there was more than one', () => {
  expect(messageOf({ tries: 7 })).toEndWith('(HTTP 404 NoSuchKey, request id 4442, 7 tries)');
});

test('without an answer there is no status and no request id', () => {
  const change = {
    status: undefined,
    requestId: undefined,
    code: 'ECONNREFUSED',
    reason: 'connection refused',
  };
  expect(messageOf(change)).toEndWith('failed: connection refused (ECONNREFUSED)');
});

test('a status without a code leaves no blank behind', () => {
  expect(messageOf({ code: '', requestId: undefined })).toEndWith('(HTTP 404)');
});

test('an operation on the bucket names the bucket alone', () => {
  expect(messageOf({ operation: 'ListObjectsV2', key: undefined })).toStartWith(
    'ListObjectsV2 s3://backups failed',
  );
  expect(s3Url('b', undefined)).toBe('s3://b');
  expect(s3Url('b', '/k')).toBe('s3://b//k');
});

test('the error has all facts as fields, its hint and its cause', () => {
  const cause = new Error('below');
  const error = new S3Error(failure, { hint: 'look there', cause });
  expect(error).toBeInstanceOf(PluginError);
  expect(error).toMatchObject({ ...failure, hint: 'look there', cause, name: 'S3Error' });
});

test('an object that changed says which, and what not to do', () => {
  const error = new ObjectChangedError('s3://b/k');
  expect(error.message).toBe('s3://b/k was replaced or deleted while it was read');
  expect(error.hint).toContain('start the restore again');
});
