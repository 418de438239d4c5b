import { describe, expect, test } from 'bun:test';
import { shownError } from '../../src/base/shown-error.ts';

describe('the first line of stderr', () => {
  test.each([
    ['vault is sealed\nmore\n', 'vault is sealed'],
    ['\n\n  first\rsecond', 'first'],
    ['', ''],
    ['a\x1b[31mb', 'a?[31mb'],
    ['the token has expired', 'the token has expired'],
    ['login failed: token: expired', 'login failed: token: expired'],
    ['/usr/lib/x86_64-linux-gnu/a/very/long/path/to/some/file1: not found', undefined],
    ['no role backup-2 in arn:aws:iam::123456789012:role/backup', undefined],
    ['The security token included in the request is expired', undefined],
  ])('%p', (errors, shown) => expect(shownError(errors, '', ['a'])).toBe(shown ?? errors));

  test.each([
    ['password=hunter2', 'password=…'],
    ['DB_PASSWORD="hunter2" is wrong', 'DB_PASSWORD="…" is wrong'],
    [`+ echo '{"SecretAccessKey": "abc/def"}'`, `+ echo '{"SecretAccessKey": "…"}'`],
    ['usage: x --client-secret hunter2 y', 'usage: x --client-secret … y'],
    ['sent Authorization: Bearer abc.def', 'sent Authorization: Bearer …'],
    ['refused: token: x1y2z3', 'refused: token: …'],
    ['key wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLE9KEY refused', 'key … refused'],
    ['can not read https://me:pw@host/x?sig=1', 'can not read https://host/x…'],
  ])('hides the secret of %p', (errors, shown) => expect(shownError(errors, '', ['a'])).toBe(shown));

  test('hides what was printed as output', () => {
    const json = '{"SecretAccessKey":"a b c d e", "SessionToken" : "x y z u v"}';
    expect(shownError('got a b c d e and x y z u v', json, ['a'])).toBe('got … and …');
    expect(shownError('got my plain secret', 'my plain secret\n', ['a'])).toBe('got …');
  });

  test('hides arguments that may be secret, and shows the others', () => {
    const words = [
      'get',
      '--role',
      'backup',
      '--password',
      'correct-horse',
      '-k=Tr0ub4dor',
      '/etc/vault.conf',
    ];
    expect(shownError('correct-horse Tr0ub4dor', '', words)).toBe('… …');
    expect(shownError('no backup in /etc/vault.conf, see --role', '', words)).toBe(
      'no backup in /etc/vault.conf, see --role',
    );
  });
});
