import { mutationsOf } from './mutation.ts';

const PROVIDERS_TEST = 'test/s3/providers/providers.test.ts';

/** Who signs, and what is known of providers. */
export const PROVIDERS = [
  ...mutationsOf(
    'src/s3/providers/clouds.ts',
    [PROVIDERS_TEST, 'test/program/providers.test.ts'],
    [
      {
        name: 'Cloudflare R2 gets parts of growing size',
        find: 'equalParts: 64 * MiB',
        replace: 'equalParts: undefined as never',
      },
      {
        name: 'Backblaze B2 gets checksum headers',
        find: `    region: /^(?:.*\\.)?s3\\.([a-z0-9-]+)\\.backblazeb2\\.com$/,
    checksums: 'never',`,
        replace: `    region: /^(?:.*\\.)?s3\\.([a-z0-9-]+)\\.backblazeb2\\.com$/,
    checksums: 'always',`,
      },
      {
        name: 'Google Cloud Storage is asked for DeleteObjects',
        find: '    singleDeletes: true,\n',
        replace: '',
      },
      { name: 'Scaleway gets more than 1,000 parts', find: '    maxParts: 1000,\n', replace: '' },
    ],
  ),
  ...mutationsOf(
    'src/s3/providers/providers.ts',
    [PROVIDERS_TEST],
    [
      {
        name: 'a provider is not recognised with a port',
        find: "host.replace(/:\\d+$/, '').toLowerCase()",
        replace: 'host.toLowerCase()',
      },
      {
        name: 'a provider is not recognised in capitals',
        find: "host.replace(/:\\d+$/, '').toLowerCase()",
        replace: "host.replace(/:\\d+$/, '')",
      },
    ],
  ),
  ...mutationsOf(
    'src/s3/http/piecewise-body.ts',
    ['test/program/sizes.test.ts'],
    [
      {
        name: 'the last piece of a body is lost',
        find: 'this.#taken = Math.min(this.#taken + most, bytes.length);',
        replace: 'this.#taken = this.#taken + most * 2 > bytes.length ? bytes.length : this.#taken + most;',
      },
    ],
  ),
  ...mutationsOf(
    'src/s3/operations/delete-object.ts',
    ['test/program/directories.test.ts'],
    [{ name: 'DeleteObject is a GET', find: "method: 'DELETE',", replace: "method: 'GET'," }],
  ),
];
