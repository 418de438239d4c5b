import type { ObjectsConfig } from '../../config/config.ts';
import { classHeaders } from './class.ts';
import { encryptionHeaders } from './encryption.ts';
import { lockHeaders } from './lock.ts';
import { tagHeaders } from './tags.ts';

/** What the options say of new objects, as headers of PutObject and CreateMultipartUpload. */
export function storedWith(
  objects: ObjectsConfig,
  environment: Readonly<Record<string, string | undefined>>,
): (key: string, size: number | undefined) => Readonly<Record<string, string>> {
  const { acl, tags } = objects;
  const always = { ...encryptionHeaders(objects), ...(acl === undefined ? {} : { 'x-amz-acl': acl }) };
  const startedAt = new Date();
  return (key, size) => ({
    ...always,
    ...classHeaders(objects, key, size),
    ...tagHeaders(tags, key, environment),
    ...lockHeaders(objects, key, startedAt),
  });
}
