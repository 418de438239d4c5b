import type { S3Client } from '../../s3/client.ts';
import type { ListedObject } from '../../s3/operations/list-objects.ts';
import { readSegmentContents, type SegmentContents } from '../segment-contents.ts';
import type { DataEntry } from '../table-of-contents.ts';
import { addData } from './add-data.ts';
import { readOrFind } from './read-or-find.ts';
import type { Share } from './share.ts';

/** The single data file of a segment and its table of contents: whether they are there, and belong together. @throws {S3Error} */
export async function singleDataFile(
  client: S3Client,
  share: Share,
  content: number,
  known: ReadonlyMap<number, DataEntry>,
  wanted: readonly DataEntry[],
): Promise<void> {
  const { timestamp, prefix } = share.set;
  const name = `gpbackup_${content}_${timestamp}${share.extension}`;
  const tocName = `gpbackup_${content}_${timestamp}_toc.yaml`;
  const object = share.listed.get(name);
  const toc = share.listed.get(tocName);
  if (object === undefined)
    share.find(content, 'missing', `${prefix}${name}`, `is missing: all data of segment ${content}`);
  if (toc === undefined)
    share.find(
      content,
      'missing',
      `${prefix}${tocName}`,
      `is missing: where the tables of segment ${content} are`,
    );
  const contents = toc && (await contentsOf(client, share, content, toc));
  if (contents !== undefined && toc !== undefined)
    compareSegment(share, content, toc.key, contents, known, object);
  if (object === undefined) return;
  const oids = new Set(wanted.map(({ oid }) => oid));
  const parts = [...(contents ?? [])]
    .flatMap(([oid, range]) => {
      const entry = known.get(oid);
      return entry === undefined || !oids.has(oid) ? [] : [{ entry, range }];
    })
    .toSorted((one, other) => one.range.start - other.range.start || one.range.end - other.range.end);
  addData(share, { object, content, parts });
}

async function contentsOf(
  client: S3Client,
  share: Share,
  content: number,
  { key, size }: ListedObject,
): Promise<SegmentContents | undefined> {
  const read = await readOrFind(share, content, key, async () => ({
    contents: await readSegmentContents(client, key, size),
  }));
  if (read !== undefined && read.contents === undefined)
    share.find(content, 'contents', key, 'is not a table of contents');
  return read?.contents;
}

function compareSegment(
  share: Share,
  content: number,
  key: string,
  contents: SegmentContents,
  known: ReadonlyMap<number, DataEntry>,
  object: ListedObject | undefined,
): void {
  const strangers = [...contents.keys()].filter((oid) => !known.has(oid));
  const absent = [...known.keys()].filter((oid) => !contents.has(oid));
  if (strangers.length > 0)
    share.find(content, 'contents', key, `names tables that toc.yaml does not: OID ${few(strangers)}`);
  if (absent.length > 0)
    share.find(content, 'contents', key, `does not name all tables of toc.yaml: OID ${few(absent)}`);
  let end = 0;
  for (const [oid, range] of [...contents].toSorted(
    (one, other) => one[1].start - other[1].start || one[1].end - other[1].end,
  )) {
    if (range.start !== end || range.end < range.start)
      share.find(
        content,
        'contents',
        key,
        `OID ${oid} is at ${range.start} to ${range.end}; the table in front of it ends at ${end}`,
      );
    end = range.end;
  }
  if (share.extension === '' && object !== undefined && object.size !== end)
    share.find(
      content,
      'size',
      object.key,
      `has ${object.size} bytes; by its table of contents it ends at ${end}`,
    );
}

function few(all: readonly number[]): string {
  return all.length > 10 ? `${all.slice(0, 10).join(', ')} and ${all.length - 10} more` : all.join(', ');
}
