import { afterEach, describe, expect, test } from 'bun:test';
import { expectJson } from '../../lab/program/json-output.ts';
import { SetsStage } from '../../lab/program/sets-stage.ts';
import { SETS_FOLDER, setFiles } from '../../lab/sets.ts';

interface Usage {
  readonly sets: number;
  readonly objects: number;
  readonly bytes: number;
  readonly other_objects: number;
  readonly other_bytes: number;
  readonly unfinished_uploads: number | null;
  readonly unfinished_bytes: number | null;
  readonly old_versions: number | null;
  readonly old_version_bytes: number | null;
  readonly delete_markers: number | null;
  readonly total_bytes: number;
  readonly groups: readonly {
    readonly group: string;
    readonly sets: number;
    readonly objects: number;
    readonly bytes: number;
  }[];
}

const all = setFiles();
const BYTES = all.reduce((sum, { content }) => sum + content.length, 0);

let stage: SetsStage;
afterEach(async () => {
  await stage[Symbol.asyncDispose]();
});

describe('usage', () => {
  test('counts backups, what is of none, and unfinished uploads with their parts', async () => {
    stage = await SetsStage.open();
    for (const name of ['backups/x', 'backups/20261125/note', 'other/a/b', 'backups/20261125/2026/x', 'z'])
      await stage.put(`${SETS_FOLDER}/${name}`, '12345');
    await stage.put(`${SETS_FOLDER}2/backups/20261125/20261125025319/x`, 'not of this folder');
    const [initiated, part] = [new Date(), { size: 1000, lastModified: new Date() }];
    await stage.server.objects.beginUpload('backups', `${SETS_FOLDER}/backups/a`, {
      initiated,
      parts: [part, part],
    });
    await stage.server.objects.beginUpload('backups', `${SETS_FOLDER}/b`, { initiated, parts: [part] });
    await stage.server.objects.beginUpload('backups', `${SETS_FOLDER}2/b`, { initiated, parts: [part] });
    expect(await stage.json<Usage>('usage')).toEqual({
      sets: 18,
      objects: all.length,
      bytes: BYTES,
      other_objects: 5,
      other_bytes: 25,
      unfinished_uploads: 2,
      unfinished_bytes: 3000,
      old_versions: 0,
      old_version_bytes: 0,
      delete_markers: 0,
      total_bytes: BYTES + 25 + 3000,
      by: null,
      groups: [],
    } as Usage);
    const { stdout } = await stage.run('usage');
    expect(stdout.toString()).toMatch(/^unfinished uploads +2 +2\.9KB$/m);
  });

  test.each([
    ['type', { 'data-only': 2, full: 7, incremental: 4, 'metadata-only': 2, unknown: 3 }],
    ['database', { sales: 15, unknown: 3 }],
    ['month', { '2026-11': 18 }],
    ['class', { STANDARD: 18 }],
  ])('--by %s', async (by, sets) => {
    stage = await SetsStage.open();
    const { groups, bytes, objects } = await stage.json<Usage>('usage', ['--by', by]);
    expect(Object.fromEntries(groups.map(({ group, sets: count }) => [group, count]))).toEqual(sets);
    expect(groups.reduce((sum, group) => sum + group.bytes, 0)).toBe(bytes);
    expect(groups.reduce((sum, group) => sum + group.objects, 0)).toBe(objects);
  });

  test('counts versions that nobody sees, and delete markers', async () => {
    stage = await SetsStage.open(['20261125025400'], { versioning: true });
    const key = SetsStage.key('20261125025400', 'report');
    const old = (await stage.text(key)).length;
    await stage.put(key, 'again');
    const gone = SetsStage.key('20261125025400', 'toc.yaml');
    const size = (await stage.text(gone)).length;
    await stage.delete(gone);
    expect(await stage.json<Usage>('usage')).toMatchObject({
      sets: 1,
      objects: 4,
      old_versions: 2,
      old_version_bytes: old + size,
      delete_markers: 1,
    });
  });

  test('what is denied is told, and stops nothing', async () => {
    stage = await SetsStage.open(['20261125025400']);
    for (const operation of ['ListMultipartUploads', 'ListObjectVersions'] as const) {
      stage.server.faults.add({
        when: { operation, times: Infinity },
        do: { kind: 'answer', status: 403, code: 'AccessDenied' },
      });
    }
    const { exitCode, stdout } = await stage.run('usage', '--json');
    const { result, warnings } = expectJson<Usage>('usage', stdout);
    expect(exitCode).toBe(0);
    expect(result).toMatchObject({
      sets: 1,
      unfinished_uploads: null,
      unfinished_bytes: null,
      old_versions: null,
      delete_markers: null,
    });
    expect(warnings.length).toBe(2);
    expect(warnings.join(' ')).toContain('AccessDenied');
  });

  test('an empty folder: nothing found', async () => {
    stage = await SetsStage.open([]);
    expect(await stage.json<Usage>('usage', [], 5)).toMatchObject({ sets: 0, objects: 0, total_bytes: 0 });
  });

  test('another group is an error of usage', async () => {
    stage = await SetsStage.open([]);
    const { exitCode, stderr } = await stage.run('usage', '--by', 'size');
    expect([exitCode, stderr]).toEqual([
      2,
      'gpbackup_s3_plugin: "size" is not a valid group (expected database, month, type, class)\n',
    ]);
  });
});
