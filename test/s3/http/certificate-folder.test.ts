import { afterEach, beforeAll, beforeEach, expect, test } from 'bun:test';
import { X509Certificate } from 'node:crypto';
import { mkdirSync, symlinkSync, truncateSync } from 'node:fs';
import { Workplace } from '../../../lab/program/plugin.ts';
import { Authority } from '../../../lab/s3-server/authority.ts';
import { readCertificateFolder } from '../../../src/s3/http/certificate-folder.ts';

let first: string;
let second: string;
beforeAll(async () => {
  first = (await Authority.make('First')).certificate;
  second = (await Authority.make('Second')).certificate;
});

let place: Workplace;
beforeEach(() => {
  place = new Workplace();
});
afterEach(() => place[Symbol.dispose]());

const read = (): ReturnType<typeof readCertificateFolder> =>
  readCertificateFolder({ name: 'ca_path', path: place.folder });
const names = (): string[] =>
  (read().text.match(/-----BEGIN[^]*?-----END CERTIFICATE-----/g) ?? [])
    .map((one) => new X509Certificate(one).subject.replace('CN=', ''))
    .toSorted();

test('each certificate counts once, whatever its names and however often it is there', () => {
  place.write('both.pem', first + second);
  place.write('first.txt', first);
  symlinkSync('first.txt', place.path('1234abcd.0'));
  expect(names()).toEqual(['First', 'Second']);
});

test('DER and the forms of OpenSSL count as well', () => {
  place.write('first.crt', new X509Certificate(first).raw);
  place.write('second.pem', second.replaceAll('CERTIFICATE', 'TRUSTED CERTIFICATE'));
  expect(names()).toEqual(['First', 'Second']);
});

test('a mounted secret of Kubernetes: a link to a file below a link to a folder', () => {
  mkdirSync(place.path('..2026'));
  place.write('..2026/ca.crt', first);
  symlinkSync('..2026', place.path('..data'));
  symlinkSync('..data/ca.crt', place.path('ca.crt'));
  expect(names()).toEqual(['First']);
});

test('folders, links to nowhere, pipes, and files too large for certificates do not stop it', () => {
  place.write('first.pem', first);
  mkdirSync(place.path('folder.pem'));
  symlinkSync('/nowhere', place.path('gone.pem'));
  expect(Bun.spawnSync(['mkfifo', place.path('pipe.pem')]).exitCode).toBe(0);
  place.write('large.pem', second);
  truncateSync(place.path('large.pem'), 5 * 1024 * 1024);
  expect(names()).toEqual(['First']);
  expect(read().problems).toEqual([
    `ca_path ${place.path('gone.pem')} can't be read: there is no such file or folder`,
  ]);
});

test('where nothing is readable, that is the problem', () => {
  symlinkSync('/nowhere', place.path('gone.pem'));
  expect(read).toThrow("gone.pem can't be read: there is no such file or folder");
});
