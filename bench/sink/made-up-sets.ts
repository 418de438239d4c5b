/**
 * A folder of backups that nobody stored, in a bucket's key order: `sets-1000x2000` has 1,000 backups of 2,000 objects
 * each, four a day. What a list of 20 million keys costs can be measured without storing them.
 */
interface MadeUp {
  /** `gp/sets-1000x2000/`. */
  readonly root: string;
  readonly sets: number;
  readonly objects: number;
}

const ROOT = /^(gp\/sets-(\d{1,6})x(\d{1,5})\/)(.*)$/s;
const PAGE = 1000;
const A_DAY = 4;
/** A timestamp and its day in what all sets share. */
const TIMESTAMP = '@@@@@@@@@@@@@@';
const DAY = '########';
const METADATA = "SET client_encoding = 'UTF8';\n";
const DAY_MILLISECONDS = 86_400_000;
const START = Date.UTC(2000, 0, 1);

/** The list that a query asks for as XML without its root's tags; undefined for another folder. */
export function madeUpList(query: URLSearchParams): string | undefined {
  const [, root = '', sets = '', objects = '', path = ''] = ROOT.exec(query.get('prefix') ?? '') ?? [];
  if (root === '') return undefined;
  const folder: MadeUp = { root, sets: Number(sets), objects: Number(objects) };
  const from = Number(query.get('continuation-token') ?? 0);
  const isSet = /^backups\/\d{8}\/\d{14}\/$/.test(path);
  if (query.get('delimiter') !== '/' || isSet) return objectsBelow(folder, path, from);
  if (path === '') return folders(root, ['backups'], from);
  const days = Math.ceil(folder.sets / A_DAY);
  if (path === 'backups/')
    return folders(
      `${root}backups/`,
      Array.from({ length: days }, (_, day) => dayOf(day * A_DAY)),
      from,
    );
  const [, day = ''] = /^backups\/(\d{8})\/$/.exec(path) ?? [];
  const first = setOfDay(day);
  const of = Array.from({ length: A_DAY }, (_, index) => first + index).filter((set) => set < folder.sets);
  return folders(`${root}backups/${day}/`, of.map(timestampOf), from);
}

/** The content of a set's config file or table of contents; undefined for another path. */
export function madeUpFile(path: string): string | undefined {
  const [, objects = '', timestamp = '', kind = ''] =
    /\/gp\/sets-\d{1,6}x(\d{1,5})\/backups\/\d{8}\/\d{14}\/gpbackup_(\d{14})_(config\.yaml|toc\.yaml|metadata\.sql)$/.exec(
      path,
    ) ?? [];
  if (timestamp === '') return undefined;
  if (kind === 'metadata.sql') return METADATA;
  const text = kind === 'toc.yaml' ? contentsOf(Number(objects)) : configOf(Number(objects));
  return text.replaceAll(TIMESTAMP, timestamp);
}

function objectsBelow(folder: MadeUp, path: string, from: number): string {
  const [, timestamp = ''] = /^backups\/\d{8}\/(\d{14})\/$/.exec(path) ?? [];
  const first = timestamp === '' ? 0 : setOf(timestamp);
  const last = timestamp === '' ? folder.sets : first + 1;
  const set = first + Math.floor(from / folder.objects);
  const start = from % folder.objects;
  const end = Math.min(start + PAGE, folder.objects);
  const stamp = timestampOf(set);
  const contents = pageOf(folder, start, end).replaceAll(TIMESTAMP, stamp).replaceAll(DAY, stamp.slice(0, 8));
  const isMore = end < folder.objects || set + 1 < last;
  return `<KeyCount>${end - start}</KeyCount><IsTruncated>${isMore}</IsTruncated>${isMore ? `<NextContinuationToken>${from + end - start}</NextContinuationToken>` : ''}${contents}`;
}

const pages = new Map<string, string>();

function pageOf({ root, objects }: MadeUp, start: number, end: number): string {
  const name = `${root}${start}`;
  const known = pages.get(name);
  if (known !== undefined) return known;
  const page = filesOf(objects)
    .slice(start, end)
    .map(
      ([file, size]) =>
        `<Contents><Key>${root}backups/${DAY}/${TIMESTAMP}/${file}</Key><LastModified>2026-01-02T03:04:05.000Z</LastModified><ETag>&quot;736b6e00000000000000000000000000&quot;</ETag><Size>${size}</Size><StorageClass>STANDARD</StorageClass></Contents>`,
    )
    .join('');
  pages.set(name, page);
  return page;
}

/** Tables on two segments, and the coordinator's six files. */
function filesOf(objects: number): (readonly [string, number])[] {
  const tables = tablesOf(objects);
  const data = (segment: number): (readonly [string, number])[] =>
    Array.from({ length: tables }, (_, table) => [
      `gpbackup_${segment}_${TIMESTAMP}_${100_000 + table}.gz`,
      1000 + table,
    ]);
  return [
    ...data(0),
    ...data(1),
    [`gpbackup_${TIMESTAMP}_config.yaml`, configOf(objects).length],
    [`gpbackup_${TIMESTAMP}_metadata.sql`, METADATA.length],
    [`gpbackup_${TIMESTAMP}_plugin_config.yaml`, 300],
    [`gpbackup_${TIMESTAMP}_report`, 2000],
    [`gpbackup_${TIMESTAMP}_statistics.sql`, 9000],
    [`gpbackup_${TIMESTAMP}_toc.yaml`, contentsOf(objects).length],
  ];
}

function tablesOf(objects: number): number {
  return Math.max(1, Math.floor((objects - 6) / 2));
}

function configOf(objects: number): string {
  const tables = Array.from({ length: tablesOf(objects) }, (_, table) => `  - sales.orders_1_prt_${table}\n`);
  return `backupdir: ""
backupversion: 1.30.6
compressed: true
compressiontype: gzip
databasename: sales
databaseversion: 6.24.3 build commit:25d3498a400ca5230e81abb94861f23389315213
segmentcount: 2
dataonly: false
incremental: false
metadataonly: false
plugin: gpbackup_s3_plugin
pluginversion: 2.0.0
restoreplan:
- timestamp: "${TIMESTAMP}"
  tablefqns:
${tables.join('')}singledatafile: false
timestamp: "${TIMESTAMP}"
endtime: "${TIMESTAMP}"
withstatistics: true
status: Success
`;
}

function contentsOf(objects: number): string {
  const entries = Array.from(
    { length: tablesOf(objects) },
    (_, table) => `- schema: sales
  name: orders_1_prt_${table}
  oid: ${100_000 + table}
  attributestring: (id,customer,placed,amount)
  rowscopied: ${1000 + table}
  partitionroot: orders
  isreplicated: false
  distbyenum: false
`,
  );
  return `globalentries: []
predataentries: []
postdataentries: []
statisticsentries: []
dataentries:
${entries.join('')}incrementalmetadata:
  ao: {}
`;
}

function folders(prefix: string, names: readonly string[], from: number): string {
  const page = names.slice(from, from + PAGE);
  const isMore = from + PAGE < names.length;
  const all = page.map((name) => `<CommonPrefixes><Prefix>${prefix}${name}/</Prefix></CommonPrefixes>`);
  return `<KeyCount>${page.length}</KeyCount><IsTruncated>${isMore}</IsTruncated>${isMore ? `<NextContinuationToken>${from + PAGE}</NextContinuationToken>` : ''}${all.join('')}`;
}

function dayOf(set: number): string {
  const date = new Date(START + Math.floor(set / A_DAY) * DAY_MILLISECONDS);
  return date.toISOString().slice(0, 10).replaceAll('-', '');
}

function timestampOf(set: number): string {
  return `${dayOf(set)}${String((set % A_DAY) * 6).padStart(2, '0')}0000`;
}

function setOfDay(day: string): number {
  const date = Date.parse(`${day.slice(0, 4)}-${day.slice(4, 6)}-${day.slice(6, 8)}T00:00:00Z`);
  return Math.round((date - START) / DAY_MILLISECONDS) * A_DAY;
}

function setOf(timestamp: string): number {
  return setOfDay(timestamp.slice(0, 8)) + Number(timestamp.slice(8, 10)) / 6;
}
