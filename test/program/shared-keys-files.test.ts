import { describe, expect, test } from 'bun:test';
import {
  chmodSync,
  chownSync,
  copyFileSync,
  existsSync,
  lstatSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  truncateSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { UNPRIVILEGED, Workplace } from '../../lab/program/plugin.ts';
import { Crowd, forAnHour } from './shared-keys-stage.ts';
import { PATH } from './sign-in-stage.ts';

const MINUTE = 60_000;
const isRoot = process.getuid?.() === 0;
const NOBODY = 65534;

describe('what is kept is not believed', () => {
  test.each<readonly [string, (crowd: Crowd, path: string) => void]>([
    ['when it is garbage', (_, path) => writeFileSync(path, 'garbage')],
    ['when it is empty', (_, path) => truncateSync(path)],
    ['when it is cut', (_, path) => truncateSync(path, lstatSync(path).size - 1)],
    ['when it is very long', (_, path) => writeFileSync(path, Buffer.alloc(5_000_000, 'x'))],
    [
      'when a byte of it has changed',
      (_, path) => writeFileSync(path, readFileSync(path, 'utf8').replace('OFTHEROLE', 'OFTHEROLF')),
    ],
    [
      'when it was asked for in a time to come',
      (crowd) => crowd.keep('FIRST', { asked: 10 * MINUTE, uptime: 0 }),
    ],
    [
      'when its file is of a time to come',
      (crowd, path) => {
        crowd.keep('FIRST');
        utimesSync(path, new Date(), new Date(Date.now() + 10 * MINUTE));
      },
    ],
    [
      'when the clock was set back since, and the keys have ended',
      (crowd) => crowd.keep('FIRST', { uptime: -61 * MINUTE }),
    ],
    ['when it is from before the start of the host', (crowd) => crowd.keep('FIRST', { uptime: MINUTE })],
    ['when others may read it', (crowd, path) => openTo(0o640, crowd, path)],
    ['when others may write it', (crowd, path) => openTo(0o602, crowd, path)],
  ])('%s', async (_title, spoil) => {
    await using crowd = await Crowd.of(forAnHour, ['FIRST']);
    await crowd.backup();
    spoil(crowd, crowd.kept());
    expect(await crowd.backup()).toBe('OFTHEROLE');
    expect(crowd.asked).toBe(2);
  });

  test('when its folder is open to others', async () => {
    await using crowd = await Crowd.of();
    const { exitCode, stderr } = await crowd.shell(`
      mount -t tmpfs none /dev/shm
      $STORE
      chmod 755 gpbackup_s3_plugin
      $STORE`);
    expect([exitCode, stderr, crowd.asked]).toEqual([0, '', 2]);
  });

  test('when it is of another sign-in', async () => {
    await using crowd = await Crowd.of(forAnHour, ['FIRST']);
    await crowd.backup();
    const [mine, copy] = [crowd.kept(), crowd.stage.place.path('copy')];
    crowd.keep('FIRST');
    copyFileSync(mine, copy);
    crowd.forget();
    const env = { ...crowd.env, AWS_ROLE_SESSION_NAME: 'another' };
    await crowd.backup(env);
    copyFileSync(copy, crowd.kept());
    expect(await crowd.backup(env)).toBe('OFTHEROLE');
    expect(crowd.asked).toBe(3);
  });

  test.each<readonly [string, (path: string, elsewhere: string) => void]>([
    [
      'a link',
      (path, elsewhere) => {
        copyFileSync(path, elsewhere);
        rmSync(path);
        symlinkSync(elsewhere, path);
      },
    ],
    [
      'a named pipe',
      (path) => {
        rmSync(path);
        Bun.spawnSync(['mkfifo', '-m', '600', path]);
      },
    ],
    ...(isRoot ? [["another user's file", (path: string) => chownSync(path, NOBODY, NOBODY)] as const] : []),
  ])('when it is %s: it is replaced', async (_title, spoil) => {
    await using crowd = await Crowd.of(forAnHour, ['FIRST']);
    await crowd.backup();
    crowd.keep('FIRST');
    const path = crowd.kept();
    const elsewhere = crowd.stage.place.path('elsewhere');
    spoil(path, elsewhere);
    expect([await crowd.backup(), await crowd.backup()]).toEqual(['OFTHEROLE', 'OFTHEROLE']);
    expect(crowd.asked).toBe(2);
    expect(lstatSync(path).isFile()).toBe(true);
    if (existsSync(elsewhere)) expect(readFileSync(elsewhere, 'utf8')).toContain('FIRST');
  });
});

function openTo(mode: number, crowd: Crowd, path: string): void {
  crowd.keep('FIRST');
  chmodSync(path, mode);
}

/** Each of two processes asks, and succeeds. */
async function expectUnshared(crowd: Crowd): Promise<void> {
  const before = crowd.asked;
  expect([await crowd.backup(), await crowd.backup()]).toEqual(['OFTHEROLE', 'OFTHEROLE']);
  expect(crowd.asked).toBe(before + 2);
}

/** A place that others may enter, with the crowd's config file. */
function placeOf(crowd: Crowd): { place: Workplace; store: string } {
  const place = Workplace.reachable();
  const config = place.write('config.yaml', readFileSync(crowd.config));
  chmodSync(config, 0o644);
  return { place, store: `echo data | ${UNPRIVILEGED} ${place.program} backup_data ${config} ${PATH}` };
}

describe('nothing but the sharing is lost', () => {
  test('when a folder has the name of the file', async () => {
    await using crowd = await Crowd.of();
    await crowd.backup();
    const path = crowd.kept();
    rmSync(path);
    mkdirSync(path, { mode: 0o700 });
    await expectUnshared(crowd);
    expect(crowd.files(/draft/)).toEqual([]);
  });

  test.skipIf(!isRoot)("when every folder is another user's, a file or a link", async () => {
    for (const spoil of [
      (path: string) => mkdirSync(path, { mode: 0o777 }),
      (path: string) => writeFileSync(path, ''),
      (path: string) => symlinkSync('/', path),
    ]) {
      await using crowd = await Crowd.of();
      spoil(crowd.folder);
      chownSync(crowd.folder, NOBODY, NOBODY);
      const { exitCode, stderr } = await crowd.shell(`
        mkdir tmp && mount -t tmpfs none tmp && mount -t tmpfs none /dev/shm && export TMPDIR=$PWD/tmp
        cp -a gpbackup_s3_plugin tmp/gpbackup_s3_plugin-0
        cp -a gpbackup_s3_plugin /dev/shm/gpbackup_s3_plugin-0
        $STORE
        $STORE
        ls tmp/gpbackup_s3_plugin-0/keys* /dev/shm/gpbackup_s3_plugin-0/keys* >&2 || true`);
      expect([exitCode, stderr.replaceAll(/^ls: .*\n/gm, ''), crowd.asked]).toEqual([0, '', 2]);
    }
  });

  test('when the disk is full', async () => {
    await using crowd = await Crowd.of();
    const { exitCode, stderr } = await crowd.shell(`
      mkdir -m 700 full && mount -t tmpfs -o size=64k,mode=700 none full && export XDG_RUNTIME_DIR=$PWD/full
      dd if=/dev/zero of=full/filled bs=4k 2>/dev/null || true
      $STORE
      $STORE
      rm full/filled
      $STORE
      $STORE
      ls full/gpbackup_s3_plugin | grep draft >&2 || true`);
    expect([exitCode, stderr, crowd.asked]).toEqual([0, '', 3]);
  });

  test('when files may not grow', async () => {
    await using crowd = await Crowd.of();
    const { exitCode, stderr } = await crowd.shell(`
      trap '' XFSZ; ulimit -f 0
      $STORE
      $STORE
      ls gpbackup_s3_plugin >&2`);
    expect([exitCode, stderr, crowd.asked]).toEqual([0, '', 2]);
  });

  test('when the file system is read-only', async () => {
    await using crowd = await Crowd.of();
    const { exitCode, stderr } = await crowd.shell(`
      mkdir -m 700 disk && mount -t tmpfs -o mode=700 none disk && export XDG_RUNTIME_DIR=$PWD/disk
      mkdir -m 700 disk/gpbackup_s3_plugin && mount -o remount,ro disk
      $STORE
      $STORE`);
    expect([exitCode, stderr, crowd.asked]).toEqual([0, '', 2]);
  });
});

describe.skipIf(!isRoot)('another user', () => {
  test('does not share', async () => {
    await using crowd = await Crowd.of();
    const { place, store } = placeOf(crowd);
    using _ = place;
    const { exitCode, stderr, stdout } = await crowd.shell(`
      unset XDG_RUNTIME_DIR HOME
      mount -t tmpfs -o mode=1777 none /dev/shm
      $STORE
      ${store}
      $STORE
      ${store}
      ls /dev/shm`);
    expect([exitCode, stderr, crowd.asked]).toEqual([0, '', 2]);
    expect(stdout.toString()).toBe('gpbackup_s3_plugin-0\ngpbackup_s3_plugin-65534\n');
  });

  test('with a folder that can not be written loses nothing but the sharing', async () => {
    await using crowd = await Crowd.of();
    const { place, store } = placeOf(crowd);
    using _ = place;
    mkdirSync(place.path('run/gpbackup_s3_plugin'), { recursive: true });
    for (const path of ['run', 'run/gpbackup_s3_plugin']) chownSync(place.path(path), NOBODY, NOBODY);
    chmodSync(place.path('run/gpbackup_s3_plugin'), 0o500);
    const { exitCode, stderr } = await crowd.shell(`
      export XDG_RUNTIME_DIR=${place.path('run')} HOME=/nonexistent
      ${store}
      ${store}`);
    expect([exitCode, stderr, crowd.asked]).toEqual([0, '', 2]);
    expect(readdirSync(place.path('run/gpbackup_s3_plugin'))).toEqual([]);
  });
});
