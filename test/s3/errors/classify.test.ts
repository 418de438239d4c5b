import { describe, expect, test } from 'bun:test';
import {
  classifyAnswer,
  classifyTransport,
  isCertificateCode,
  type Verdict,
} from '../../../src/s3/errors/classify.ts';

describe('an answer', () => {
  const byCode: readonly (readonly [number, string, Verdict])[] = [
    [500, 'InternalError', 'again'],
    [503, 'SlowDown', 'slow down'],
    [503, 'ServiceUnavailable', 'slow down'],
    [503, 'Throttling', 'slow down'],
    [400, 'RequestLimitExceeded', 'slow down'],
    [429, 'TooManyRequests', 'slow down'],
    [400, 'RequestTimeout', 'again'],
    [409, 'OperationAborted', 'again'],
    [409, 'ConditionalRequestConflict', 'again'],
    [403, 'RequestTimeTooSkewed', 'server clock'],
    [400, 'BadDigest', 'few'],
    [400, 'XAmzContentSHA256Mismatch', 'few'],
    [400, 'XAmzContentChecksumMismatch', 'few'],
    [400, 'IncompleteBody', 'few'],
    [400, 'ExpiredToken', 'new credentials'],
    [400, 'TokenRefreshRequired', 'new credentials'],
    [507, 'InsufficientStorage', 'final'],
    [507, 'XMinioStorageFull', 'final'],
    [503, 'XMinioStorageFull', 'final'],
    [500, 'StorageFull', 'final'],
    [403, 'QuotaExceeded', 'final'],
    [503, 'QuotaExceeded', 'final'],
    [409, 'BucketAlreadyExists', 'final'],
    [409, 'ObjectParentIsFile', 'final'],
    // Complete may answer 200 with an error document: the code decides.
    [200, 'InternalError', 'again'],
    [200, 'SlowDown', 'slow down'],
  ];
  test.each(byCode)('HTTP %p %s: %s', (status, code, verdict) => {
    expect(classifyAnswer(status, code)).toBe(verdict);
  });

  const byStatus: readonly (readonly [number, Verdict])[] = [
    [301, 'final'],
    [307, 'final'],
    [400, 'final'],
    [401, 'final'],
    [403, 'final'],
    [404, 'final'],
    [405, 'final'],
    [408, 'again'],
    [409, 'final'],
    [411, 'final'],
    [412, 'final'],
    [413, 'final'],
    [416, 'final'],
    [429, 'slow down'],
    [499, 'again'],
    [500, 'again'],
    [501, 'final'],
    [502, 'again'],
    [503, 'slow down'],
    [504, 'again'],
    [507, 'final'],
    [511, 'final'],
    [520, 'again'],
    [599, 'again'],
  ];
  test.each(byStatus)('HTTP %p without a code that is known: %s', (status, verdict) => {
    expect(classifyAnswer(status, '')).toBe(verdict);
    expect(classifyAnswer(status, 'SomethingElse')).toBe(verdict);
  });

  test.each([
    'NoSuchKey',
    'NoSuchBucket',
    'NoSuchUpload',
    'AccessDenied',
    'InvalidAccessKeyId',
    'SignatureDoesNotMatch',
    'EntityTooLarge',
    'InvalidPart',
    'NotImplemented',
  ])('%s is final: S3 is consistent, and no pause mends it', (code) => {
    expect(classifyAnswer(code === 'NotImplemented' ? 501 : 400, code)).toBe('final');
  });

  test.each(['constructor', 'toString', '__proto__', 'hasOwnProperty', 'valueOf'])(
    'a code that is also the name of an inherited property (%s) is an unknown code',
    (code) => {
      expect(classifyAnswer(404, code)).toBe('final');
      expect(classifyAnswer(502, code)).toBe('again');
    },
  );
});

describe('a connection', () => {
  test.each([
    'ECONNREFUSED',
    'ECONNRESET',
    'ETIMEDOUT',
    'EPIPE',
    'ENOTFOUND',
    'EAI_AGAIN',
    'EHOSTUNREACH',
    'ENETUNREACH',
    'ESTALLED',
    'ESHORT',
    'ConnectionRefused',
    'ConnectionClosed',
  ])('%s may work a moment later', (code) => {
    expect(classifyTransport(code)).toBe('again');
  });

  test.each([
    'DEPTH_ZERO_SELF_SIGNED_CERT',
    'SELF_SIGNED_CERT_IN_CHAIN',
    'UNABLE_TO_VERIFY_LEAF_SIGNATURE',
    'UNABLE_TO_GET_ISSUER_CERT_LOCALLY',
    'CERT_HAS_EXPIRED',
    'ERR_TLS_CERT_ALTNAME_INVALID',
    'INVALID_CA',
    'INVALID_PURPOSE',
    'PATH_LENGTH_EXCEEDED',
    'EE_KEY_TOO_SMALL',
  ])('%s is a certificate that does not convince, now and later', (code) => {
    expect(isCertificateCode(code)).toBe(true);
    expect(classifyTransport(code)).toBe('final');
  });

  test.each(['EPROXYREFUSED', 'ETOOLONG', 'ECLIENTCERT', 'ETLSVERSION'])('%s is final', (code) => {
    expect(isCertificateCode(code)).toBe(false);
    expect(classifyTransport(code)).toBe('final');
  });

  test.each(['EPROTOCOL', 'EPROTO', 'SOMETHING_NEW', ''])('%p is tried a few times', (code) => {
    expect(classifyTransport(code)).toBe('few');
  });

  test.each(['ECONNRESET', 'EPROTO', 'ESTALLED', ''])('%p is nothing about a certificate', (code) => {
    expect(isCertificateCode(code)).toBe(false);
  });
});
