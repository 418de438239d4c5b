import { expect, test } from 'bun:test';
import { SERVERS, serversNamed } from '../../../lab/servers/registry.ts';

test('every server has a name and a title of its own', () => {
  expect(new Set(SERVERS.map(({ name }) => name)).size).toBe(SERVERS.length);
  expect(new Set(SERVERS.map(({ title }) => title)).size).toBe(SERVERS.length);
});

test('without names there are the servers of every run', () => {
  expect(serversNamed([]).map(({ name }) => name)).toEqual([
    'rclone',
    'rclone-disk',
    'seaweedfs',
    'ceph',
    's3proxy',
    'versitygw',
    'minio',
    'minio-https',
  ]);
});

test('servers come in the order of their names', () => {
  expect(serversNamed(['moto', 'ceph']).map(({ name }) => name)).toEqual(['moto', 'ceph']);
});

test('an unknown name is refused with all that there are', () => {
  expect(() => serversNamed(['minio', 'mino'])).toThrow(/^no server is called mino; there are: .*\bminio\b/);
});
