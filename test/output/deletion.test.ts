import { expect, test } from 'bun:test';
import { deletionText } from '../../src/output/deletion.ts';

const where = 's3://b/gp/';

test.each([
  [{ objects: 3, bytes: 286 * 1024 * 1024, uploads: 0 }, 'deleted 3 objects, 286 MB in s3://b/gp/'],
  [{ objects: 1, bytes: 0, uploads: 2 }, 'deleted 1 object, 0 B and 2 unfinished uploads in s3://b/gp/'],
  [{ objects: 0, bytes: 0, uploads: 1 }, 'deleted 1 unfinished upload in s3://b/gp/'],
  [{ objects: 0, bytes: 0, uploads: 0 }, 'nothing to delete in s3://b/gp/'],
  [{ objects: 0, bytes: 0, uploads: 0, note: 'why' }, 'nothing to delete in s3://b/gp/ (why)'],
])('%j', (deleted, text) => {
  expect(deletionText({ kind: 'deletion', where, ...deleted })).toBe(text);
});
