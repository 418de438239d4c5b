import { describe, expect, test } from 'bun:test';
import { isLinkLocal, isTrue, pathOf, type SourceParts } from '../../../src/s3/auth/source.ts';

describe('an address of this host alone', () => {
  test.each([
    'http://169.254.170.2/v2',
    'http://169.254.1.1:80',
    'http://[fd00:ec2::23]/',
    'http://[fe80::1]',
  ])('%p is one: no proxy is used for it', (url) => expect(isLinkLocal(new URL(url).hostname)).toBe(true));

  test.each([
    'https://sts.eu-west-1.amazonaws.com',
    'http://169.254.example.com',
    'http://10.169.254.1',
    'http://[fd00:ec3::1]',
  ])('%p is none', (url) => expect(isLinkLocal(new URL(url).hostname)).toBe(false));
});

test('a path that begins with ~/ is in the home of the user', () => {
  const parts = { home: '/home/$&gp' } as unknown as SourceParts;
  expect(['~/a', '/b/~/c', '~x/a'].map((path) => pathOf(parts, path))).toEqual([
    '/home/$&gp/a',
    '/b/~/c',
    '~x/a',
  ]);
});

test('a switch is on by the word true, in any case', () => {
  expect(['true', ' TRUE ', '1', 'yes', '', undefined].map(isTrue)).toEqual([
    true,
    true,
    false,
    false,
    false,
    false,
  ]);
});
