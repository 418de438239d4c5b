import { copyFileSync, existsSync, mkdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { PROGRAM, VERSION } from '../src/base/product.ts';
import { type Backup, contentsFile, coordinatorFile } from './backup.ts';
import type { Instance } from './cluster.ts';
import { DemoFailure, mustEqual } from './failure.ts';
import type { Stage } from './stage.ts';
import { TABLES } from './tables.ts';

/** A file of a backup and the instance on whose host it lies. */
interface BackupFile {
  readonly path: string;
  readonly at: Instance;
}

const CONFIG_COPY = 'plugin_config.yaml';

/** Writes the small files of a backup where gpbackup writes them, and stores each by backup_file. */
export async function storeFiles(stage: Stage, backup: Backup): Promise<string> {
  const files = writeFiles(stage, backup);
  await Promise.all(
    files.map(async ({ path, at: { host } }) => {
      await stage.shell.run(host, `${host.executable} backup_file ${host.config} ${path}`);
      if (!existsSync(path)) throw new DemoFailure(`backup_file removed the local file ${path}`);
    }),
  );
  stage.summary.add(
    `${files.length} small files of ${nameOf(backup)}`,
    files.length,
    files.reduce((sum, { path }) => sum + statSync(path).size, 0),
  );
  return `${files.length} files`;
}

/** Fetches the small files into empty folders and compares them with what was stored. */
export async function fetchFiles(stage: Stage, backup: Backup): Promise<string> {
  const files = filesOf(stage, backup);
  await Promise.all(
    files.map(async ({ path, at: { host } }) => {
      const before = readFileSync(path, 'utf8');
      rmSync(path);
      await stage.shell.run(host, `mkdir -p ${dirname(path)}`);
      await stage.shell.run(host, `${host.executable} restore_file ${host.config} ${path}`);
      const after = readFileSync(path, 'utf8');
      if (path.endsWith(CONFIG_COPY)) mustBeRedacted(stage, before, after);
      else mustEqual(`sha256 of ${path}`, sha256(after), sha256(before));
    }),
  );
  return `${files.length} files, the same; the secret key in the copy of the config is replaced`;
}

/** The copy in the bucket: everything as it was, but not the secret. */
function mustBeRedacted({ cluster }: Stage, before: string, after: string): void {
  const { secretAccessKey } = cluster.keys;
  if (!before.includes(secretAccessKey)) throw new DemoFailure('the config file had no secret to begin with');
  if (after.includes(secretAccessKey))
    throw new DemoFailure('the copy of the config in the bucket contains the secret key');
  mustEqual('the copy of the config without its secret', withoutSecret(after), withoutSecret(before));
}

function withoutSecret(text: string): string {
  return text
    .split('\n')
    .filter((line) => !line.includes('aws_secret_access_key'))
    .join('\n');
}

function filesOf({ cluster }: Stage, backup: Backup): readonly BackupFile[] {
  const { coordinator, segments } = cluster;
  const names = ['metadata.sql', 'toc.yaml', 'config.yaml', CONFIG_COPY, 'report'];
  const files = names.map((name) => ({ path: coordinatorFile(backup, coordinator, name), at: coordinator }));
  if (!backup.singleDataFile) return files;
  return [...files, ...segments.map((segment) => ({ path: contentsFile(backup, segment), at: segment }))];
}

function writeFiles(stage: Stage, backup: Backup): readonly BackupFile[] {
  const files = filesOf(stage, backup);
  for (const { path, at } of files) {
    mkdirSync(dirname(path), { recursive: true });
    if (path.endsWith(CONFIG_COPY)) copyFileSync(at.host.config, path);
    else writeFileSync(path, textOf(stage, backup, path, at));
  }
  return files;
}

function textOf(stage: Stage, backup: Backup, path: string, at: Instance): string {
  if (at.content >= 0) return segmentContents(stage, at);
  if (path.endsWith('metadata.sql')) {
    return TABLES.map(
      ({ name }) =>
        `CREATE TABLE ${name} (id bigint, at timestamp, customer text, price numeric, state text, note text);\n`,
    ).join('');
  }
  if (path.endsWith('toc.yaml')) return contentsText(stage);
  if (path.endsWith('config.yaml')) return configText(stage, backup);
  return `Greenplum Database Backup Report\n\ntimestamp key: ${backup.timestamp}\nbackup status: Success\n`;
}

/** gpbackup's table of contents, as far as somebody reads it: the tables, and how many rows COPY wrote of each. */
function contentsText({ database, cluster }: Stage): string {
  const entries = TABLES.map((table) => {
    const [schema = '', name = ''] = table.name.split('.');
    return `- schema: ${schema}
  name: ${name}
  oid: ${table.oid}
  attributestring: (id,at,customer,price,state,note)
  rowscopied: ${database.rowsOf(table, cluster.segments)}
  partitionroot: ""
  isreplicated: false
  distbyenum: false
`;
  });
  return `dataentries:\n${entries.join('')}`;
}

/** gpbackup's description of the backup. */
function configText({ cluster }: Stage, { timestamp, singleDataFile }: Backup): string {
  return `backupversion: 1.30.6
compressed: ${!singleDataFile}
compressiontype: ${singleDataFile ? '""' : 'gzip'}
databasename: shop
databaseversion: 6.24.3
segmentcount: ${cluster.segments.length}
dataonly: false
incremental: false
metadataonly: false
plugin: ${PROGRAM}
pluginversion: ${VERSION}
restoreplan:
- timestamp: "${timestamp}"
  tablefqns:
${TABLES.map(({ name }) => `  - ${name}\n`).join('')}singledatafile: ${singleDataFile}
timestamp: "${timestamp}"
endtime: "${timestamp}"
status: Succeed
`;
}

/** Where each table is in a segment's single data file. */
function segmentContents(stage: Stage, segment: Instance): string {
  return `dataentries:\n${tableRanges(stage, segment)
    .map(({ oid, start, end }) => `  ${oid}:\n    startbyte: ${start}\n    endbyte: ${end}\n`)
    .join('')}`;
}

/** The bytes [start, end) of each table in a segment's single data file. */
export function tableRanges(
  { database }: Stage,
  segment: Instance,
): readonly { readonly oid: number; readonly start: number; readonly end: number }[] {
  let start = 0;
  return TABLES.map((table) => {
    const end = start + database.of(segment, table).size;
    const range = { oid: table.oid, start, end };
    start = end;
    return range;
  });
}

function nameOf({ singleDataFile }: Backup): string {
  return singleDataFile ? 'the second backup' : 'the first backup';
}

function sha256(text: string): string {
  return new Bun.CryptoHasher('sha256').update(text).digest('hex');
}
