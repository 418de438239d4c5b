import { afterAll, beforeAll, expect } from 'bun:test';
import { existsSync, mkdirSync, symlinkSync } from 'node:fs';
import { type Outcome, Workplace } from '../../lab/program/plugin.ts';
import { startTestServer, type TestServer } from '../../lab/test-server.ts';
import { faultCase } from './fault-case.ts';
import { expectClearError } from './safety.ts';

let server: TestServer;
beforeAll(async () => {
  server = await startTestServer();
});
afterAll(async () => {
  await server.stop();
});

/** A list as a hostile server writes it, whatever was asked; what XML can not carry is percent-encoded. */
function listing(keys: readonly string[]): string {
  const contents = keys.map(
    (key) => `<Contents><Key>${encodeURIComponent(key)}</Key><Size>5</Size></Contents>`,
  );
  return `<?xml version="1.0"?><ListBucketResult><EncodingType>url</EncodingType><IsTruncated>false</IsTruncated>${contents.join('')}</ListBucketResult>`;
}

/** Runs while the server answers every list with these keys, and every GET with `hello`. */
async function withKeys<T>(keys: readonly string[], run: () => Promise<T>): Promise<T> {
  const times = Infinity;
  server.faults.add({
    when: { operation: 'ListObjectsV2', times },
    do: { kind: 'answer', status: 200, body: listing(keys) },
  });
  server.faults.add({
    when: { operation: 'GetObject', times },
    do: {
      kind: 'answer',
      status: 206,
      headers: { 'content-range': 'bytes 0-4/5', etag: '"e"' },
      body: 'hello',
    },
  });
  try {
    return await run();
  } finally {
    server.faults.clear();
  }
}

/** Everything below the workplace, but its log and its config. */
async function filesIn(place: Workplace): Promise<string[]> {
  const { stdout } = await place.shell(
    `find . -path ./gpAdminLogs -prune -o -name config.yaml -o ! -name . -printf '%P\\0'`,
  );
  return stdout
    .toString()
    .split('\0')
    .filter((name) => name !== '')
    .toSorted();
}

const ROOT = 'in/here';
const leadingOut = [
  `${ROOT}/../../etc/x`,
  `${ROOT}/../x`,
  `${ROOT}/a/../../x`,
  `${ROOT}/..`,
  `${ROOT}/a/..`,
  `${ROOT}//etc/x`,
  `${ROOT}//tmp/gpbackup-s3-plugin-hostile`,
  `${ROOT}/./x`,
  `${ROOT}/a//b`,
  `${ROOT}/a\0b`,
  '/etc/gpbackup-s3-plugin-hostile',
  '../x',
  'etc/x',
  `${ROOT}-10/x`,
  `${ROOT}/${'k'.repeat(1100)}`,
  `${ROOT}/${'long/'.repeat(900)}x`,
];

faultCase(
  'Bad input',
  'restore_directory from a hostile bucket: no file outside of the directory, a clear error',
  async (tries) => {
    for (const key of leadingOut) {
      using place = new Workplace();
      const config = place.config(server);
      const outcome = await withKeys([key], async () => await place.run(['restore_directory', config, ROOT]));
      expect(outcome.exitCode, key.slice(0, 60)).toBe(1);
      expectClearError(outcome);
      const outside = (await filesIn(place)).filter((file) => !/^in(?:\/here(?:\/long)*)?$/.test(file));
      expect(outside, key.slice(0, 60)).toEqual([]);
      for (const file of ['/etc/gpbackup-s3-plugin-hostile', '/tmp/gpbackup-s3-plugin-hostile', '/etc/x'])
        expect(existsSync(file)).toBe(false);
      tries.failedCleanly();
    }
  },
);

faultCase(
  'Bad input',
  'keys with line breaks and control sequences: restored below the directory under exactly that name',
  async (tries) => {
    for (const name of [
      'a\nb',
      '\u001b[31mred',
      'a\tb',
      '\u0007',
      '-rf',
      '~',
      '$(touch hit)',
      ' ',
      'a\\b',
      '*',
    ]) {
      using place = new Workplace();
      const config = place.config(server);
      const outcome = await withKeys(
        [`${ROOT}/${name}`],
        async () => await place.run(['restore_directory', config, ROOT]),
      );
      expect([outcome.exitCode, outcome.stderr]).toEqual([0, '']);
      expect(await filesIn(place)).toEqual(['in', 'in/here', `in/here/${name}`]);
      expect(await Bun.file(place.path(`${ROOT}/${name}`)).text()).toBe('hello');
      tries.survived();
    }
  },
);

faultCase(
  'Bad input',
  'a key over a link or a folder that is there: the target of the link is not touched',
  async (tries) => {
    using place = new Workplace();
    const config = place.config(server);
    mkdirSync(place.path(`${ROOT}/folder`), { recursive: true });
    place.write('precious', 'as it was');
    symlinkSync('../../precious', place.path(`${ROOT}/link`));
    const restore = async (key: string): Promise<Outcome> =>
      await withKeys([key], async () => await place.run(['restore_directory', config, ROOT]));
    // A link is replaced, not followed.
    expect((await restore(`${ROOT}/link`)).exitCode).toBe(0);
    expect(await Bun.file(place.path('precious')).text()).toBe('as it was');
    expect(await Bun.file(place.path(`${ROOT}/link`)).text()).toBe('hello');
    tries.survived();
    const folder = await restore(`${ROOT}/folder`);
    expect(folder.exitCode).toBe(1);
    expectClearError(folder);
    expect(await filesIn(place)).toEqual(['in', 'in/here', 'in/here/folder', 'in/here/link', 'precious']);
    tries.failedCleanly();
  },
);

const evil = [
  '\u001b[2J\u001b[31mred',
  '\u001b]0;title\u0007',
  '\u009b31mC1',
  'carriage\rreturn',
  'line\nbreak 99999',
  'back\b\b\b\bspace',
  'tab\ttab',
  'delete\u007f',
  'separator\u2028\u2029',
  '../../etc/x',
];

faultCase(
  'Bad input',
  'list_directory of a hostile bucket on a terminal: every key in one line, every control character escaped',
  async (tries) => {
    using place = new Workplace();
    const config = place.config(server);
    const keys = evil.map((name) => `gp/test/${name}`);
    const line = `script --quiet --return --command "'$PLUGIN' list_directory ${config}" /dev/null`;
    const { exitCode, stdout } = await withKeys(keys, async () => await place.shell(line));
    expect(exitCode).toBe(0);
    // The terminal itself turns each line's end into CR LF.
    const text = stdout.toString().replaceAll('\r\n', '\n');
    expect(text).not.toMatch(/[^\P{Cc}\n]|\p{Zl}|\p{Zp}/u);
    expect(text.trimEnd().split('\n').length).toBe(1 + keys.length);
    expect(text).toContain('gp/test/\\x1b[2J\\x1b[31mred');
    for (const _ of keys) tries.survived();
    const piped = await withKeys(keys, async () => await place.run(['list_directory', config]));
    expect([piped.exitCode, piped.stderr]).toEqual([0, '']);
    expect(piped.stdout.toString().trimEnd().split('\n').length).toBe(1 + keys.length);
    tries.survived();
  },
);

faultCase(
  'Bad input',
  'references to control characters in a list, which XML 1.0 lacks: a clear error, and no other key is taken for it',
  async (tries) => {
    using place = new Workplace();
    const config = place.config(server);
    for (const reference of ['&#27;', '&#x1b;', '&#x1B;', '&#0;', '&#0007;', '&#8;']) {
      const key = `gp/test/${reference}[31m`;
      server.faults.add({
        when: { operation: 'ListObjectsV2', times: Infinity },
        do: {
          kind: 'answer',
          status: 200,
          body: `<?xml version="1.0"?><ListBucketResult><IsTruncated>false</IsTruncated><Contents><Key>${key}</Key><Size>5</Size></Contents></ListBucketResult>`,
        },
      });
      const outcome = await place.run(['list_directory', config]);
      server.faults.clear();
      expect([outcome.exitCode, outcome.stdout.length], reference).toEqual([1, 0]);
      expectClearError(outcome);
      tries.failedCleanly();
    }
  },
);

faultCase(
  'Bad input',
  'hostile keys in messages and in the log: one line each, every control character escaped',
  async (tries) => {
    for (const name of evil) {
      using place = new Workplace();
      const config = place.config(server);
      const outcome = await withKeys(
        [`${ROOT}/../${name}`],
        async () => await place.run(['restore_directory', config, ROOT]),
      );
      expect(outcome.exitCode).toBe(1);
      expectClearError(outcome);
      const log = await place.logLines();
      expect(log.length).toBe(1);
      expect(log.join('')).not.toMatch(/\p{Cc}|\p{Zl}|\p{Zp}/u);
      tries.failedCleanly();
    }
  },
);
