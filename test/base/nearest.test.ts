import { expect, test } from 'bun:test';
import { nearest } from '../../src/base/nearest.ts';

const known = ['bucket', 'folder', 'aws_secret_access_key', 'region'];

test.each([
  ['bukket', 'bucket'],
  ['BUCKET', 'bucket'],
  ['buckets', 'bucket'],
  ['fodler', 'folder'],
  ['aws_secret_key', 'aws_secret_access_key'],
  ['aws-secret-access-key', 'aws_secret_access_key'],
])('%p is taken for a misspelt %p', async (name, meant) => {
  expect(await nearest(name, known)).toBe(`, did you mean "${meant}"?`);
});

test.each(['', 'x', 'colour', 'completely_different', 'reg', '__proto__'])(
  '%p is near to none',
  async (name) => {
    expect(await nearest(name, known)).toBe('');
  },
);
