import { describe, expect, test } from 'bun:test';
import { Ajv2020 } from 'ajv/dist/2020.js';
import { assert, asyncProperty, constantFrom, oneof, string } from 'fast-check';
import { parse } from 'yaml';
import { configSchema } from '../../src/config/json-schema.ts';
import { normalise } from '../../src/config/normalise.ts';
import { OPTION_NAMES, OPTIONS, type OptionDefinition, type OptionName } from '../../src/config/options.ts';
import { parseRawConfig } from '../../src/config/parse-raw-config.ts';
import { allBlocks, textOf } from './document.ts';

// `strictRequired` would want the options of `anyOf: required` to be defined anew beside it.
const validate = new Ajv2020({ strict: true, strictRequired: false, allowUnionTypes: true }).compile(
  configSchema(),
);

/** What an editor says of the file: it reads YAML with numbers and truth values. */
function editorAccepts(text: string): boolean {
  return validate(parse(text));
}

/** What the program says of it. */
async function programAccepts(text: string): Promise<boolean> {
  return 'config' in (await normalise(await parseRawConfig(text)));
}

const BASE: Readonly<Record<string, string>> = {
  bucket: 'b',
  folder: 'f',
  region: 'us-east-1',
  aws_access_key_id: 'id',
  aws_secret_access_key: 'secret',
};

/** A usable file in which `options` replace or, when undefined, remove lines. Values are written as they are. */
function file(options: Readonly<Record<string, string | undefined>>): string {
  const lines = Object.entries({ ...BASE, ...options })
    .filter(([, value]) => value !== undefined)
    .map(([name, value]) => `  ${name}: ${value}`);
  return `executablepath: /x\noptions:\n${lines.join('\n')}\n`;
}

function definition(name: OptionName): OptionDefinition {
  return OPTIONS[name];
}

test('config.schema.json is what the option definitions say (npm run docs)', () => {
  expect(JSON.stringify(JSON.parse(textOf('config.schema.json')))).toBe(JSON.stringify(configSchema()));
});

test.each(allBlocks('yaml').map(({ heading, text }, index) => [`"${heading}" ${index + 1}`, text] as const))(
  'the example of %s is valid',
  (_title, text) => {
    expect(editorAccepts(text)).toBe(true);
  },
);

describe('editor and program agree', () => {
  const good: readonly (readonly [string, string])[] = [
    ['the least', file({})],
    ['no keys', file({ aws_access_key_id: undefined, aws_secret_access_key: undefined })],
    ['an endpoint in place of the region', file({ region: undefined, endpoint: 'https://host:9000' })],
    ['an endpoint without a scheme', file({ endpoint: '10.0.0.1:9000', encryption: 'off' })],
    ['an endpoint from a source', file({ region: undefined, endpoint_source: 'http://host/path?x=1' })],
    ['sizes of all spellings', file({ backup_multipart_chunksize: '"10 MB"', max_memory: '1.5GiB' })],
    ['a size in bytes', file({ backup_multipart_chunksize: '5242880' })],
    ['times', file({ retry_timeout: '600' })],
    ['a time with a unit', file({ retry_timeout: '90s' })],
    ['words in capitals', file({ encryption: 'OFF', url_style: 'Path', remove_duplicate_bucket: 'TRUE' })],
    ['options without a value', file({ http_proxy: '', ca_file: '""', max_memory: '', verify_tls: '""' })],
    ['the options that gpbackup adds', file({ pgport: '5432', backup_plugin_version: '""' })],
    ['the key that gpbackup adds', file({ password_encryption: 'on', gpbackup_s3_plugin: 'abc' })],
    ['an endpoint with a path', file({ endpoint: 'https://host/path/' })],
    ['a proxy with a password of any signs', file({ http_proxy: '"http://u:a%b@c/d e@host:1/"' })],
    ['no folder at all in the bucket', file({ folder: '/' })],
    ['a folder with parts that say nothing', file({ folder: './a//b/' })],
    [
      'zero for the default',
      file({ backup_max_concurrent_requests: '0', restore_multipart_chunksize: '"0"' }),
    ],
    ['values of the Go plugin beyond what is possible', file({ restore_multipart_chunksize: '21474836480' })],
    ['null and ~ for no value', file({ http_proxy: 'null', ca_file: '~', encryption: 'Null' })],
    [
      'the ARN of an access point without a region',
      file({ bucket: 'arn:aws:s3:us-west-2:123456789012:accesspoint/x', region: undefined }),
    ],
    ['a bucket of a tenant', file({ bucket: 'team:b', region: undefined, endpoint: 'rgw' })],
    ['an account in quotes', file({ expected_bucket_owner: '"012345678901"', requester_pays: 'on' })],
    ['an account as a number', file({ expected_bucket_owner: '123456789012' })],
    ['headers as a map', file({ request_headers: '{x-a: 1, "X-B": "two, three"}' })],
    ['a second site', file({ remote_bucket: 'b2', remote_region: 'eu-west-1', remote_tags: '{a: b}' })],
    ['no second site, whose options are empty', file({ remote_region: '', replication: 'off' })],
    ['an entry beside options', `something: else\n${file({})}`],
  ];
  test.each(good)('accepted: %s', async (_title, text) => {
    expect([editorAccepts(text), await programAccepts(text)]).toEqual([true, true]);
  });

  const bad: readonly (readonly [string, string])[] = [
    ['no executablepath', file({}).replace('executablepath: /x\n', '')],
    ['no options', 'executablepath: /x\n'],
    ['no bucket', file({ bucket: undefined })],
    ['an empty bucket', file({ bucket: '""' })],
    ['a bucket with a slash', file({ bucket: 'a/b' })],
    ['a bucket with two colons', file({ bucket: 'a:b:c' })],
    ['a short account', file({ expected_bucket_owner: '"1234"' })],
    ['no folder', file({ folder: undefined })],
    ['a folder that leads out', file({ folder: 'a/../b' })],
    ['a folder of blanks', file({ folder: '"  "' })],
    ['neither region nor endpoint', file({ region: undefined })],
    ['one key alone', file({ aws_access_key_id: undefined })],
    [
      'a token alone',
      file({ aws_access_key_id: undefined, aws_secret_access_key: undefined, aws_session_token: 't' }),
    ],
    ['an unknown option', file({ buckett: 'x' })],
    ['an option beside options', `region: eu-central-1\n${file({})}`],
    ['an endpoint with a query', file({ endpoint: 'https://host/path?x=1' })],
    ['an endpoint with a user', file({ endpoint: 'https://user@host' })],
    ['an endpoint of another scheme', file({ endpoint: 's3://host' })],
    ['a proxy of another scheme', file({ http_proxy: 'socks5://host:1080' })],
    ['a number that is none', file({ backup_max_concurrent_requests: 'five' })],
    ['no parts at all', file({ max_upload_parts: '0' })],
    ['more parts than S3 knows', file({ max_upload_parts: '10001' })],
    ['a size that is none', file({ max_memory: '1 lot' })],
    ['a part below 5MB', file({ backup_multipart_chunksize: '5242879' })],
    ['a time that is none', file({ retry_timeout: 'soon' })],
    ['a day and a second', file({ retry_timeout: '86401' })],
    ['another word than on and off', file({ verify_tls: 'maybe' })],
    ['a list', file({ ca_file: '[a, b]' })],
    ['a second site without its bucket', file({ remote_region: 'eu-west-1' })],
    ['replication without a second site', file({ replication: 'on' })],
    ['failover without a second site', file({ restore_failover: 'On' })],
    ['a bucket of a second site that is none', file({ remote_bucket: 'a/b' })],
  ];
  test.each(bad)('refused: %s', async (_title, text) => {
    expect([editorAccepts(text), await programAccepts(text)]).toEqual([false, false]);
  });

  test.each([
    { aws_secret_access_key: undefined, aws_secret_access_key_file: '/run/key' },
    { aws_secret_access_key: undefined, aws_secret_access_key_command: 'vault read key' },
    { aws_access_key_id: undefined, aws_access_key_id_file: '/run/id' },
    { aws_session_token_file: '/run/token' },
  ])('an editor takes a part of the key from outside: %j', (options) => {
    expect(editorAccepts(file(options))).toBe(true);
  });

  test.each([
    { aws_secret_access_key: undefined, aws_access_key_id: undefined, aws_session_token_file: '/run/token' },
    { aws_secret_access_key: undefined, aws_access_key_id: undefined, aws_access_key_id_file: '/run/id' },
    { aws_access_key_id: undefined, aws_secret_access_key: undefined, aws_secret_access_key_command: 'x' },
  ])('but not without the other part: %j', (options) => {
    expect(editorAccepts(file(options))).toBe(false);
  });

  test('an editor takes a variable as the value of every option, and nothing around it where a word is expected', () => {
    for (const name of OPTION_NAMES) {
      const second = name.startsWith('remote_') ? { remote_bucket: 'b2' } : {};
      expect([name, editorAccepts(file({ ...second, [name]: '${A_1}' }))]).toEqual([name, true]);
    }
    expect(editorAccepts(file({ bucket: '${AN_ARN}', region: undefined }))).toBe(true);
    for (const value of ['a${A}', '${A}b', '${1A}', '$A']) {
      expect([value, editorAccepts(file({ encryption: JSON.stringify(value) }))]).toEqual([value, false]);
    }
  });

  const SAMPLES = [
    'on',
    'off',
    'true',
    'no',
    '0',
    '1',
    '007',
    '5MB',
    '10 MiB',
    '5IB',
    '1e3',
    '90s',
    '1 H',
    'a/b',
  ];
  const written = oneof(
    constantFrom(...SAMPLES, ...SAMPLES.map((sample) => ` ${sample.toUpperCase()}\t`), '', ' ', '..', '/'),
    string({ maxLength: 8 }),
  );

  test('what an editor refuses, the program refuses, whatever the value', async () => {
    const names = OPTION_NAMES.filter((name) => definition(name).kind !== 'url');
    await assert(
      asyncProperty(constantFrom(...names), written, async (name, value) => {
        const text = file({ [name]: JSON.stringify(value) });
        if (!editorAccepts(text)) expect(await programAccepts(text)).toBe(false);
      }),
      { numRuns: 3000 },
    );
  });

  test('for words and names the editor refuses all that the program refuses', async () => {
    const names = OPTION_NAMES.filter(
      (name) =>
        ['on/off', 'true/false', 'choice'].includes(definition(name).kind) ||
        ['bucket', 'folder'].includes(name),
    );
    await assert(
      asyncProperty(constantFrom(...names), written, async (name, value) => {
        const text = file({ [name]: JSON.stringify(value) });
        if (!(await programAccepts(text))) expect(editorAccepts(text)).toBe(false);
      }),
      { numRuns: 3000 },
    );
  });
});

test('defaults are values that the schema accepts, and secrets are marked', () => {
  for (const name of OPTION_NAMES) {
    const { fallback, kind }: OptionDefinition = OPTIONS[name];
    if (fallback !== undefined) expect(editorAccepts(file({ [name]: JSON.stringify(fallback) }))).toBe(true);
    const { properties } = configSchema() as {
      properties: { options: { properties: Record<string, { writeOnly?: boolean }> } };
    };
    expect(properties.options.properties[name]?.writeOnly === true).toBe(
      ['secret', 'secret map', 'command'].includes(kind),
    );
  }
});
