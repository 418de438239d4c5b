import { mutationsOf } from './mutation.ts';

/** Whether a compressor has finished its stream. */
export const CODEC = [
  ...mutationsOf(
    'src/codec/gzip-check.ts',
    ['test/codec/gzip-check.test.ts'],
    [
      {
        name: 'a gzip stream that was cut is stored as whole',
        find: "if (codeOf(error) === 'Z_BUF_ERROR') return endsEarly(whole.length);",
        replace: "if (codeOf(error) === 'Z_BUF_ERROR') return undefined;",
      },
      {
        name: 'an error message in place of gzip data is stored',
        find: "if (!beginsGzip(this.#head)) return 'does not begin like one';",
        replace: '',
      },
      {
        name: 'several gzip members in one stream fail a backup',
        find: 'return thoroughly(whole);',
        replace: 'return endsEarly(whole.length);',
      },
      {
        name: 'a stream in several pieces is judged by its last one',
        find: 'this.#length === 0 && bytes.length <= MOST_CHECKED',
        replace: 'bytes.length <= MOST_CHECKED',
      },
      {
        name: 'data that shrinks to a thousandth fails a backup',
        find: 'BEST_RATIO = 1032',
        replace: 'BEST_RATIO = 2',
      },
    ],
  ),
  ...mutationsOf(
    'src/codec/zstd-check.ts',
    ['test/codec/zstd-check.test.ts'],
    [
      {
        name: 'a zstd stream that was cut is stored as whole',
        find: 'return isClean ? undefined : ',
        replace: 'return isClean || this.#length > 0 ? undefined : ',
      },
      {
        name: 'a skippable frame of zstd fails a backup',
        find: 'magic >>> 4 === SKIPPABLE >>> 4',
        replace: 'magic === SKIPPABLE - 1',
      },
      {
        name: 'a checksum behind a zstd frame fails a backup',
        find: 'else if (this.#checksum) this.#expect(4, () => this.#endFrame());',
        replace: '',
      },
      {
        name: 'a repeated byte in a zstd frame fails a backup',
        find: 'this.#skip = isRun ? 1 : size;',
        replace: 'this.#skip = size;',
      },
    ],
  ),
  ...mutationsOf(
    'src/codec/check-of.ts',
    ['test/program/compressed-input.test.ts'],
    [
      {
        name: 'gzip data is taken for zstd',
        find: "format === 'gzip' ? new GzipCheck()",
        replace: 'format === null ? new GzipCheck()',
      },
    ],
  ),
  ...mutationsOf(
    'src/transfer/checked-source.ts',
    ['test/program/compressed-input.test.ts'],
    [
      {
        name: 'a large stream that was cut is stored',
        find: 'if (length < into.length) this.#finish();',
        replace: '',
      },
      {
        name: 'a small stream that was cut is stored',
        find: `this.#push(small);
    this.#finish();`,
        replace: 'this.#push(small);',
      },
      {
        name: 'an empty stream of a killed gzip is stored',
        find: '(this.#empty && this.#mayBeEmpty)',
        replace: 'this.#empty',
      },
    ],
  ),
  ...mutationsOf(
    'src/commands/backup-data.ts',
    ['test/program/compressed-input.test.ts'],
    [
      {
        name: 'an empty single data file in zstd fails a backup',
        find: 'mayHaveNoBytes(classifyFile(name).kind, compression)',
        replace: 'false',
      },
    ],
  ),
];
