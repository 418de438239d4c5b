import { afterAll, beforeAll, expect, test } from 'bun:test';
import { Workplace } from '../../lab/program/plugin.ts';
import { type S3Server, startS3Server } from '../../lab/s3-server/server.ts';
import { blocksOf, textOf } from './document.ts';

/** The steps by which documents check a new installation, played on the compiled program. */
let server: S3Server;
let place: Workplace;
beforeAll(async () => {
  server = await startS3Server();
  place = new Workplace();
});
afterAll(async () => {
  place[Symbol.dispose]();
  await server.stop();
});

/** The arguments of the plugin's command lines in the block that begins with the set-up step. */
function stepsOf(path: string): string[][] {
  const block = blocksOf(textOf(path)).find(({ text }) =>
    text.startsWith('gpbackup_s3_plugin setup_plugin_for_backup '),
  );
  return (block?.text ?? '').split('\n').map((line) => line.split(' ').slice(1));
}

test('the check of README.md finds nothing wrong, and leaves nothing in the bucket', async () => {
  const line = blocksOf(textOf('README.md')).find(({ text }) => text.startsWith('gpbackup_s3_plugin check '));
  const [, command = '', , ...flags] = (line?.text.trim() ?? '').split(' ');
  expect([command, ...flags]).toEqual(['check', '--write']);
  const { stdout, stderr } = await place.run([command, place.config(server), ...flags]);
  expect(stderr).toBe('');
  expect(stdout.toString()).toMatch(/^ok +delete /m);
  expect(stdout.toString()).not.toMatch(/^FAIL/m);
  expect(server.objects.keys('backups')).toEqual([]);
});

test.each(['docs/operations.md'])('the check of %s works, and leaves nothing in the bucket', async (path) => {
  const steps = stepsOf(path);
  expect(steps.map(([command]) => command)).toEqual([
    'setup_plugin_for_backup',
    'list_directory',
    'delete_backup',
  ]);
  for (const [command = '', , ...rest] of steps) {
    const { exitCode, stdout, stderr } = await place.run([command, place.config(server), ...rest]);
    expect({ command, exitCode, stderr }).toEqual({ command, exitCode: 0, stderr: '' });
    if (command === 'list_directory') expect(stdout.toString()).toContain('gpbackup_20200101000000_report');
  }
  expect(server.objects.keys('backups')).toEqual([]);
});
