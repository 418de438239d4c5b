import { tableFile } from './backup.ts';
import { mustEqual } from './failure.ts';
import type { Show, Stage } from './stage.ts';
import { megabytes } from './summary.ts';
import { TABLES, type Table, tablePath } from './tables.ts';

/** The default mode: COPY … TO PROGRAM on all segments at once, one table after the other. */
export async function backUpTables(stage: Stage, show: Show): Promise<string> {
  return await tableByTable(stage, show, 'backup, a gzip file per table', async (table, segment) => {
    const { host } = segment;
    const path = tableFile(stage.perTable, segment, table);
    const program = `gzip -c -1 | ${host.executable} backup_data ${host.config} ${path}`;
    await stage.shell.run(host, program, {
      instance: segment,
      input: tablePath(segment.dataFolder, table),
      query: `COPY ${table.name} TO PROGRAM '${program}' WITH CSV DELIMITER ',' ON SEGMENT IGNORE EXTERNAL PARTITIONS`,
    });
  });
}

/** The same way back; what a COPY would load is compared with what was there. */
export async function restoreTables(stage: Stage, show: Show): Promise<string> {
  const told = await tableByTable(stage, show, 'restore, a gzip file per table', async (table, segment) => {
    const { host } = segment;
    const path = tableFile(stage.perTable, segment, table);
    const program = `${host.executable} restore_data ${host.config} ${path} | gzip -d -c`;
    const { sha256 } = await stage.shell.digest(host, program, {
      instance: segment,
      query: `COPY ${table.name} FROM PROGRAM '${program}' WITH CSV DELIMITER ',' ON SEGMENT`,
    });
    mustEqual(
      `sha256 of ${table.name} on segment ${segment.content}`,
      sha256,
      stage.database.of(segment, table).sha256,
    );
  });
  return `${told}, every SHA-256 the same`;
}

async function tableByTable(
  stage: Stage,
  show: Show,
  act: string,
  work: (table: Table, segment: Stage['cluster']['segments'][number]) => Promise<void>,
): Promise<string> {
  const { segments } = stage.cluster;
  const files = TABLES.length * segments.length;
  const bytes = stage.database.bytesOf(TABLES, segments);
  let done = 0;
  let doneBytes = 0;
  return await stage.summary.timed(act, files, bytes, async () => {
    for (const table of TABLES) {
      await Promise.all(
        segments.map(async (segment) => {
          await work(table, segment);
          done += 1;
          doneBytes += stage.database.of(segment, table).size;
          show(
            `${table.name}: ${done} of ${files} files, ${megabytes(doneBytes)} of ${megabytes(bytes)} MB, ${stage.store.requests} requests`,
          );
        }),
      );
    }
  });
}
