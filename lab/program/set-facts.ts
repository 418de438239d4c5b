import { setFiles } from '../sets.ts';

/** What the files of a real set say, read in the simplest way: to compare with what the program says of it. */
export interface SetFacts {
  /** Rows by `schema.table`; undefined without a table of contents. */
  readonly rows: ReadonlyMap<string, number> | undefined;
  /** Bytes of data files by content id. */
  readonly segments: ReadonlyMap<number, number>;
  readonly objects: number;
  readonly bytes: number;
}

export function factsOfSet(timestamp: string): SetFacts {
  const files = setFiles(timestamp);
  const segments = new Map<number, number>();
  let rows: Map<string, number> | undefined;
  for (const { key, content } of files) {
    const [, segment] = /gpbackup_(\d+)_\d{14}(?:_\d+)?(?:\.gz|\.zst)?$/.exec(key) ?? [];
    if (segment !== undefined)
      segments.set(Number(segment), (segments.get(Number(segment)) ?? 0) + content.length);
    if (key.endsWith(`/gpbackup_${timestamp}_toc.yaml`)) {
      const text = Buffer.from(content).toString();
      const [, data = ''] = text.split(/^dataentries:/m);
      const [entries = ''] = data.split(/^\w/m);
      rows = new Map(
        [
          ...entries.matchAll(
            /^- schema: (.+)\n {2}name: (.+)\n(?: {2}.*\n| {3,}.*\n)*? {2}rowscopied: (\d+)/gm,
          ),
        ].map(([, schema = '', name = '', count]) => [`${bare(schema)}.${bare(name)}`, Number(count)]),
      );
    }
  }
  return {
    rows,
    segments,
    objects: files.length,
    bytes: files.reduce((sum, { content }) => sum + content.length, 0),
  };
}

/** Without the quotes of YAML. */
function bare(text: string): string {
  return text.replace(/^'(.*)'$/, '$1');
}
