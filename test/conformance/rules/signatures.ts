import { expect } from 'bun:test';
import { expectError, type Rule } from '../rule.ts';
import { sendSigned, sha256Of } from '../signed-request.ts';

const minute = 60_000;

/** S3 API Reference, "Authenticating Requests (AWS Signature Version 4)" and "Error responses". */
export const signatureRules: readonly Rule[] = [
  {
    id: 'anonymous-refused',
    title: 'a request without a signature is AccessDenied',
    check: async (s3) => {
      expectError(
        await s3.send({ method: 'GET', tamper: { authorization: undefined } }),
        403,
        'AccessDenied',
      );
    },
  },
  {
    id: 'unknown-key-refused',
    title: 'an unknown access key is InvalidAccessKeyId',
    check: async (s3) => {
      const stranger = { ...s3.target, accessKeyId: 'stranger' };
      expectError(
        await sendSigned(stranger, { method: 'GET', path: `/${s3.bucket}` }),
        403,
        'InvalidAccessKeyId',
      );
    },
  },
  {
    id: 'wrong-secret-refused',
    title: 'a signature made with another secret is SignatureDoesNotMatch',
    check: async (s3) => {
      const guesser = { ...s3.target, secretAccessKey: 'guess' };
      expectError(
        await sendSigned(guesser, { method: 'GET', path: `/${s3.bucket}` }),
        403,
        'SignatureDoesNotMatch',
      );
    },
  },
  {
    id: 'changed-query-refused',
    title: 'a query that was changed after signing is SignatureDoesNotMatch',
    check: async (s3) => {
      const query = { 'list-type': '2', prefix: 'mine' };
      const answer = await s3.send({ method: 'GET', query, tamperQuery: { ...query, prefix: 'yours' } });
      expectError(answer, 403, 'SignatureDoesNotMatch');
    },
  },
  {
    id: 'changed-header-refused',
    title: 'a signed header that was changed after signing is SignatureDoesNotMatch',
    check: async (s3) => {
      const range = { headers: { range: 'bytes=0-1' }, tamper: { range: 'bytes=0-2' } };
      expectError(await s3.send({ method: 'GET', key: s3.key('x'), ...range }), 403, 'SignatureDoesNotMatch');
    },
  },
  {
    id: 'clock-skew-refused',
    title: 'a signature that is more than 15 minutes old or early is RequestTimeTooSkewed',
    check: async (s3) => {
      for (const offset of [-16 * minute, 16 * minute]) {
        const date = new Date(Date.now() + offset);
        expectError(await s3.send({ method: 'GET', date }), 403, 'RequestTimeTooSkewed');
      }
    },
  },
  {
    id: 'clock-skew-tolerated',
    title: 'a signature that is up to 15 minutes old or early is accepted',
    check: async (s3) => {
      for (const offset of [-14 * minute, 14 * minute]) {
        const answer = await s3.send({ method: 'GET', date: new Date(Date.now() + offset) });
        expect(answer.status).toBe(200);
      }
    },
  },
  {
    id: 'wrong-region-refused',
    title: 'a signature for another region is AuthorizationHeaderMalformed and names the right one',
    check: async (s3) => {
      const answer = await sendSigned(
        { ...s3.target, region: 'eu-north-9' },
        { method: 'GET', path: `/${s3.bucket}` },
      );
      expectError(answer, 400, 'AuthorizationHeaderMalformed');
      expect(answer.body.toString()).toContain(`<Region>${s3.target.region}</Region>`);
    },
  },
  {
    id: 'malformed-authorization-refused',
    title: 'an Authorization header without its parts is AuthorizationHeaderMalformed',
    check: async (s3) => {
      const answer = await s3.send({
        method: 'GET',
        tamper: { authorization: 'AWS4-HMAC-SHA256 Credential=x' },
      });
      expectError(answer, 400, 'AuthorizationHeaderMalformed');
    },
  },
  {
    id: 'unsigned-amz-header-refused',
    title: 'an x-amz-* header that is not signed is AccessDenied',
    check: async (s3) => {
      const answer = await s3.send({
        method: 'PUT',
        key: s3.key('object'),
        body: 'text',
        tamper: { 'x-amz-meta-added': 'later' },
      });
      expectError(answer, 403, 'AccessDenied');
    },
  },
  {
    id: 'payload-hash-required',
    title: 'a request without x-amz-content-sha256 is InvalidRequest',
    check: async (s3) => {
      expectError(await s3.send({ method: 'GET', payloadHash: null }), 400, 'InvalidRequest');
    },
  },
  {
    id: 'payload-hash-well-formed',
    title: 'an x-amz-content-sha256 that is no hash is InvalidArgument',
    check: async (s3) => {
      const answer = await s3.send({ method: 'PUT', key: s3.key('object'), body: 'x', payloadHash: 'none' });
      expectError(answer, 400, 'InvalidArgument');
    },
  },
  {
    id: 'payload-hash-verified',
    title: 'a body that has not the signed hash is XAmzContentSHA256Mismatch, and is not stored',
    check: async (s3) => {
      const key = s3.key('object');
      const answer = await s3.send({ method: 'PUT', key, body: 'text', payloadHash: sha256Of('other') });
      expectError(answer, 400, 'XAmzContentSHA256Mismatch');
      expect((await s3.send({ method: 'HEAD', key })).status).toBe(404);
    },
  },
  {
    id: 'unsigned-payload-accepted',
    title: 'UNSIGNED-PAYLOAD is accepted in place of the hash of the body',
    check: async (s3) => {
      const request = { method: 'PUT', key: s3.key('object'), body: 'text', payloadHash: 'UNSIGNED-PAYLOAD' };
      expect((await s3.send(request)).status).toBe(200);
    },
  },
  {
    id: 'unknown-session-token-refused',
    title: 'a session token that belongs to no credential is InvalidToken',
    check: async (s3) => {
      const answer = await sendSigned(
        { ...s3.target, sessionToken: 'made-up' },
        { method: 'GET', path: `/${s3.bucket}` },
      );
      expectError(answer, 400, 'InvalidToken');
    },
  },
  {
    id: 'error-document',
    title: 'an error is an XML document with code, message, resource and the request id of the header',
    check: async (s3) => {
      const answer = await s3.send({ method: 'GET', key: s3.key('missing') });
      expect(answer.headers.get('content-type')).toBe('application/xml');
      const document = answer.body.toString();
      expect(document).toStartWith('<?xml version="1.0" encoding="UTF-8"?>');
      expect(document).toContain('<Code>NoSuchKey</Code>');
      expect(document).toMatch(/<Message>[^<]+<\/Message>/);
      expect(document).toContain(`<Resource>/${s3.bucket}/${s3.key('missing')}</Resource>`);
      expect(document).toContain(`<RequestId>${answer.headers.get('x-amz-request-id')}</RequestId>`);
    },
  },
  {
    id: 'request-id',
    title: 'every answer has a Date and an x-amz-request-id, no two the same',
    check: async (s3) => {
      const first = await s3.send({ method: 'GET' });
      const second = await s3.send({ method: 'HEAD', key: s3.key('missing') });
      for (const answer of [first, second]) {
        expect(answer.headers.get('x-amz-request-id')).toMatch(/\w{8,}/);
        expect(new Date(answer.headers.get('date') ?? '').getTime()).toBeGreaterThan(0);
      }
      expect(first.headers.get('x-amz-request-id')).not.toBe(second.headers.get('x-amz-request-id'));
    },
  },
  {
    id: 'host-id',
    title: 'every answer has an x-amz-id-2',
    check: async (s3) => {
      for (const method of ['GET', 'HEAD']) {
        const answer = await s3.send({ method, key: s3.key('missing') });
        expect(answer.headers.get('x-amz-id-2') ?? '').toMatch(/\S{8,}/);
      }
    },
  },
];
