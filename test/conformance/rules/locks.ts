import { expect } from 'bun:test';
import { expectError, type Rule } from '../rule.ts';
import { md5Of } from './integrity.ts';

/** Object Lock and versions, in a bucket that has neither. */
export const lockRules: readonly Rule[] = [
  {
    id: 'lock-configuration-missing',
    title: 'a bucket without Object Lock has no configuration of it',
    check: async (s3) => {
      const answer = await s3.send({ method: 'GET', query: { 'object-lock': '' } });
      expectError(answer, 404, 'ObjectLockConfigurationNotFoundError');
    },
  },
  {
    id: 'lock-refused',
    title: 'an object is not locked in a bucket without Object Lock',
    check: async (s3) => {
      const headers = {
        'content-md5': md5Of('x'),
        'x-amz-object-lock-mode': 'GOVERNANCE',
        'x-amz-object-lock-retain-until-date': '2099-01-01T00:00:00Z',
      };
      expectError(
        await s3.send({ method: 'PUT', key: s3.key('a'), body: 'x', headers }),
        400,
        'InvalidRequest',
      );
      expect((await s3.send({ method: 'HEAD', key: s3.key('a') })).status).toBe(404);
    },
  },
  {
    id: 'versions-null',
    title: 'the version of an object in a bucket that keeps none is null',
    check: async (s3) => {
      expect((await s3.send({ method: 'PUT', key: s3.key('a'), body: 'x' })).status).toBe(200);
      const answer = await s3.send({ method: 'GET', query: { versions: '', prefix: s3.key() } });
      expect(answer.status).toBe(200);
      const versions = answer.body.toString().match(/<VersionId>[^<]*<\/VersionId>/g);
      expect(versions).toEqual(['<VersionId>null</VersionId>']);
    },
  },
];
