import { afterEach, beforeEach, expect, test } from 'bun:test';
import { existsSync } from 'node:fs';
import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fillOnce } from '../../../lab/servers/cached-folder.ts';
import { runInstaller } from '../../../lab/servers/installer.ts';
import { NotInstallable } from '../../../lab/servers/server.ts';

let root = '';
let folder = '';
beforeEach(async () => {
  root = await mkdtemp(join(tmpdir(), 'cached-folder-'));
  folder = join(root, 'program', '1.2');
});
afterEach(() => rm(root, { recursive: true, force: true }));

const siblings = (): Promise<string[]> => readdir(join(root, 'program'));

test('a folder is filled once, and whole when it has its name', async () => {
  let fills = 0;
  const fill = async (unfinished: string): Promise<void> => {
    fills += 1;
    expect(existsSync(folder)).toBe(false);
    await writeFile(join(unfinished, 'program'), 'x');
  };
  await Promise.all([fillOnce(folder, 'it', fill), fillOnce(folder, 'it', fill)]);
  await fillOnce(folder, 'it', fill);
  expect(fills).toBe(1);
  expect(await readFile(join(folder, 'program'), 'utf8')).toBe('x');
  expect(await siblings()).toEqual(['1.2']);
});

test('a fill that fails leaves nothing, and the next one is tried', async () => {
  const failing = fillOnce(folder, 'it', async (unfinished) => {
    await writeFile(join(unfinished, 'half'), 'x');
    throw new Error('no space');
  });
  const outcome = await failing.catch((error: unknown) => error);
  expect(outcome).toBeInstanceOf(NotInstallable);
  expect(String(outcome)).toBe("NotInstallable: it can't be installed: no space");
  expect(await siblings()).toEqual([]);
  await fillOnce(folder, 'it', async () => {});
  expect(await siblings()).toEqual(['1.2']);
});

test('what a killed process left is removed, and its lock taken over', async () => {
  const killed = Bun.spawn(['true']);
  await killed.exited;
  await mkdir(`${folder}.unfinished-${killed.pid}`, { recursive: true });
  await writeFile(`${folder}.lock`, String(killed.pid));
  // Another version is not ours to remove.
  await mkdir(`${folder}.3`);
  await fillOnce(folder, 'it', async () => {});
  expect((await siblings()).toSorted()).toEqual(['1.2', '1.2.3']);
});

test('an installer that is not there is named', async () => {
  const outcome = await runInstaller('it', ['no-such-installer']).catch((error: unknown) => error);
  expect(String(outcome)).toBe("NotInstallable: it can't be installed: no-such-installer not found");
});

test('an installer that fails gives its reason', async () => {
  const script = 'echo begun; echo "error: registry is away" >&2; echo "see the log" >&2; exit 3';
  const outcome = await runInstaller('it', ['sh', '-c', script]).catch((error: unknown) => error);
  expect(String(outcome)).toBe("NotInstallable: it can't be installed: error: registry is away");
});
