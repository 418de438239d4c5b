import { mutationsOf } from './mutation.ts';

/** Whether a backup is whole, and what is in its tables. */
export const VERIFY = [
  ...mutationsOf(
    'src/catalogue/verify/record-counter.ts',
    ['test/catalogue/verify/record-counter.test.ts'],
    [
      {
        name: 'a line break in quotes ends a record',
        find: 'else if (byte === NEW_LINE) records += 1 - inQuotes;',
        replace: 'else if (byte === NEW_LINE) records += 1;',
      },
      {
        name: 'a quote in a word of four bytes is passed over',
        find: 'const hits = ((line - 0x01010101) & ~line) | ((quote - 0x01010101) & ~quote);',
        replace: 'const hits = (line - 0x01010101) & ~line;',
      },
      {
        name: 'the last bytes of a piece are not counted',
        find: 'this.#countBytes(bytes.subarray(lead + words * 4));',
        replace: '',
      },
      {
        name: 'a comma in quotes is a delimiter',
        find: 'else if (this.#inQuotes === 1) continue;',
        replace: 'else if (byte === NEW_LINE && this.#inQuotes === 1) continue;',
      },
      {
        name: 'a row that is cut off is a row',
        find: "return this.#last === NEW_LINE ? undefined : 'ends without a line end';",
        replace: 'return undefined;',
      },
    ],
  ),
  ...mutationsOf(
    'src/codec/decoder.ts',
    ['test/codec/decoder.test.ts'],
    [
      {
        name: 'a Zstandard stream that ends early is taken for a whole one',
        find: "this.#frames = format === 'zstd' ? new ZstdCheck() : undefined;",
        replace: 'this.#frames = undefined;',
      },
      {
        name: 'memory of the decompressed is given back before it was taken',
        find: 'buffer.byteLength === PIECE && byteOffset + length === PIECE',
        replace: 'buffer.byteLength === PIECE',
      },
    ],
  ),
  ...mutationsOf(
    'src/catalogue/verify/shard.ts',
    ['test/catalogue/verify/shard.test.ts'],
    [
      {
        name: 'what is of the coordinator is in no share',
        find: 'Math.max(0, content) % total === number',
        replace: 'content % total === number',
      },
      {
        name: 'a share beyond the last is taken',
        find: 'shard.number < shard.total',
        replace: 'shard.number <= shard.total',
      },
    ],
  ),
  ...mutationsOf(
    'src/catalogue/verify/coordinator-files.ts',
    ['test/program/verify-backup.test.ts'],
    [
      {
        name: 'a table of contents of another backup is taken for its own',
        find: 'if (!planned.has(table)) share.find(',
        replace: 'if (false) share.find(',
      },
      {
        name: 'an empty report is not noticed',
        find: "else if (object.size === 0) share.find(-1, 'size', object.key, 'is empty');",
        replace: '',
      },
    ],
  ),
  ...mutationsOf(
    'src/catalogue/verify/single-data-files.ts',
    ['test/program/verify-backup.test.ts'],
    [
      {
        name: 'an uncompressed single data file that is cut is not noticed by lists',
        find: "if (share.extension === '' && object !== undefined && object.size !== end)",
        replace: "if (share.extension === '' && object !== undefined && object.size === 0)",
      },
      {
        name: 'tables that overlap in a single data file are not noticed',
        find: 'if (range.start !== end || range.end < range.start)',
        replace: 'if (range.end < range.start)',
      },
    ],
  ),
  ...mutationsOf(
    'src/catalogue/verify/table-files.ts',
    ['test/program/verify-backup.test.ts'],
    [
      {
        name: 'data of tables that no table of contents names is not noticed',
        find: 'else if (!known.has(Number(oid)))',
        replace: 'else if (false)',
      },
    ],
  ),
  ...mutationsOf(
    'src/catalogue/verify/verify.ts',
    ['test/program/verify-runs.test.ts'],
    [
      {
        name: 'rows of a share are compared with those of all',
        find: 'if (shard.total === 1) findings.push(...rowFindings(tables.values()));',
        replace: 'findings.push(...rowFindings(tables.values()));',
      },
      {
        name: 'what an interrupted run has read is read again',
        find: 'read.kept.add(object, seen);',
        replace: '',
      },
    ],
  ),
  ...mutationsOf(
    'src/catalogue/verify/counted-tables.ts',
    ['test/program/verify-backup.test.ts'],
    [
      {
        name: 'lost rows are not told',
        find: 'const detail = table.complete ? wrongRows(table) : undefined;',
        replace: 'const detail = undefined as string | undefined;',
      },
    ],
  ),
  ...mutationsOf(
    'src/catalogue/verify/bases.ts',
    ['test/program/verify-backup.test.ts'],
    [
      {
        name: 'a base that is gone is not told',
        find: "if (base?.status === 'Success') bases.push({ base, only });",
        replace:
          "if (base === undefined) continue;\n    if (base.status === 'Success') bases.push({ base, only });",
      },
    ],
  ),
  ...mutationsOf(
    'src/catalogue/verify/kept-reads.ts',
    ['test/program/verify-runs.test.ts'],
    [
      {
        name: 'an object that was replaced since an interrupted run is trusted',
        find: "JSON.stringify([key, size, etag ?? '', modified ?? ''])",
        replace: 'JSON.stringify([key, size])',
      },
      {
        name: 'what was read counts for the next run too',
        find: 'if (complete && this.#path !== undefined) remove(this.#path);',
        replace: '',
      },
    ],
  ),
  ...mutationsOf(
    'src/output/sql-text.ts',
    ['test/program/external-table-sql.test.ts'],
    [
      {
        name: 'a quote in the path of the config file ends the command',
        find: `text.replaceAll("'", "'\\\\''")`,
        replace: 'text',
      },
      {
        name: 'a quote ends the string constant of SQL',
        find: `text.replaceAll("'", "''")`,
        replace: 'text',
      },
    ],
  ),
  ...mutationsOf(
    'src/output/external-table.ts',
    ['test/program/external-table-sql.test.ts'],
    [
      {
        name: 'a cut single data file is read as a table with fewer rows',
        find: '[ "$got" -eq $n ] ||',
        replace: '[ "$got" -le $n ] ||',
      },
      {
        name: 'segments that are no more are not read',
        find: "'i=$((i + GP_SEGMENT_COUNT))',",
        replace: "'i=1000000',",
      },
    ],
  ),
  ...mutationsOf(
    'src/catalogue/table-rows.ts',
    ['test/program/peek-table.test.ts'],
    [
      {
        name: 'peek_table reads far more than it shows',
        find: 'const FIRST = 64 * 1024;',
        replace: 'const FIRST = 4 * 1024 * 1024;',
      },
      {
        name: 'of an uncompressed single data file all in front of the table is read',
        find: 'const first = isDirect ? (range?.start ?? 0) : 0;',
        replace: 'const first = 0;',
      },
    ],
  ),
  ...mutationsOf(
    'src/catalogue/verify/read-or-find.ts',
    ['test/program/verify-backup.test.ts'],
    [
      {
        name: 'a table of contents that is gone ends the verification',
        find: 'if (error.status === 404) return',
        replace: 'if (error.status === 405) return',
      },
      {
        name: 'keys that may read nothing make a backup invalid',
        find: "isDenied(error) && error.code !== 'InvalidObjectState' ? undefined : refusalOf(error)",
        replace: 'refusalOf(error)',
      },
    ],
  ),
];
