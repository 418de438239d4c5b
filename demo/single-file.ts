import { rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { singleFile } from './backup.ts';
import type { Instance } from './cluster.ts';
import { mustEqual } from './failure.ts';
import { tableRanges } from './files.ts';
import type { Show, Stage } from './stage.ts';
import { megabytes } from './summary.ts';
import { TABLES, type Table, tablePath } from './tables.ts';

/** `--single-data-file`: gpbackup_helper writes all tables of a segment into one process. */
export async function backUpSegments(stage: Stage, show: Show): Promise<string> {
  return await segmentBySegment(stage, show, 'backup, one file per segment', TABLES, async (segment) => {
    const { host } = segment;
    const rows = TABLES.map((table) => tablePath(segment.dataFolder, table)).join(' ');
    const helper = `${host.executable} backup_data ${host.config} ${singleFile(stage.single, segment)}`;
    await stage.shell.run(host, `cat ${rows} | bash -c "${helper}"`);
  });
}

/** The whole file of every segment. */
export async function restoreSegments(stage: Stage, show: Show): Promise<string> {
  const told = await segmentBySegment(
    stage,
    show,
    'restore, one file per segment',
    TABLES,
    async (segment) => {
      const { host } = segment;
      const line = `${host.executable} restore_data ${host.config} ${singleFile(stage.single, segment)}`;
      const { sha256 } = await stage.shell.digest(host, line);
      mustEqual(`sha256 of segment ${segment.content}`, sha256, stage.database.on(segment).whole);
    },
  );
  return `${told}, every SHA-256 the same`;
}

/** A filtered restore (`--include-table`) reads the wanted tables' ranges only. */
export async function restoreSomeTables(stage: Stage, show: Show): Promise<string> {
  const wanted = TABLES.filter((table) => table.wanted);
  const told = await segmentBySegment(stage, show, 'filtered restore', wanted, async (segment) => {
    const { host } = segment;
    const ranges = tableRanges(stage, segment).filter(({ oid }) => wanted.some((table) => table.oid === oid));
    const offsets = join(host.home, 'tmp', `gprestore_offsets_${segment.content}`);
    writeFileSync(
      offsets,
      `${ranges.length} ${ranges.map(({ start, end }) => `${start} ${end}`).join(' ')}\n`,
    );
    const line = `${host.executable} restore_data_subset ${host.config} ${singleFile(stage.single, segment)} ${offsets}`;
    const { sha256 } = await stage.shell.digest(host, line);
    mustEqual(
      `sha256 of the wanted tables of segment ${segment.content}`,
      sha256,
      stage.database.on(segment).wanted,
    );
    rmSync(offsets);
  });
  return `${wanted.length} of ${TABLES.length} tables, ${told}, every SHA-256 the same`;
}

async function segmentBySegment(
  stage: Stage,
  show: Show,
  act: string,
  tables: readonly Table[],
  work: (segment: Instance) => Promise<void>,
): Promise<string> {
  const { segments } = stage.cluster;
  const bytes = stage.database.bytesOf(tables, segments);
  let done = 0;
  return await stage.summary.timed(act, segments.length, bytes, async () => {
    await Promise.all(
      segments.map(async (segment) => {
        await work(segment);
        done += 1;
        show(
          `${done} of ${segments.length} segments, ${megabytes((bytes * done) / segments.length)} of ${megabytes(bytes)} MB, ${stage.store.requests} requests`,
        );
      }),
    );
  });
}
