import { afterEach, beforeEach, describe, expect, test } from 'bun:test';
import { chmodSync } from 'node:fs';
import {
  BACKUP_DIR,
  type Outcome,
  PREFIX,
  someBytes,
  TIMESTAMP,
  Workplace,
} from '../../lab/program/plugin.ts';
import { startTestServer, type TestServer } from '../../lab/test-server.ts';

const MiB = 1024 * 1024;
const NAME = `gpbackup_0_${TIMESTAMP}`;
const PATH = `${BACKUP_DIR}/${NAME}`;
const KEY = someBytes(32, 5);
const OTHER = someBytes(32, 6);
const HEADER = 'x-amz-server-side-encryption-customer-key';

let place: Workplace;
let server: TestServer;
let keyFile: string;
let ca_file: string;
beforeEach(async () => {
  place = new Workplace();
  server = await startTestServer({ tls: true });
  keyFile = place.write('key', Buffer.from(KEY).toString('hex'));
  chmodSync(keyFile, 0o600);
  ca_file = place.write('ca.pem', server.certificate ?? '');
});
afterEach(async () => {
  place[Symbol.dispose]();
  await server.stop();
});

/** Without a file: without the option. */
function config(sse_customer_key_file: string | undefined = keyFile): string {
  return place.config(server, { ca_file, sse_customer_key_file, logger_verbosity: 'debug' });
}

async function backup(data: Uint8Array<ArrayBuffer>, file?: string): Promise<Outcome> {
  return await place.run(['backup_data', config(file), PATH], { stdin: data });
}

async function restore(file?: string): Promise<Outcome> {
  return await place.run(['restore_data', config(file), PATH]);
}

function expectSilence({ exitCode, stderr }: Outcome): void {
  expect([exitCode, stderr]).toEqual([0, '']);
}

function expectTold({ exitCode, stderr }: Outcome, ...words: string[]): void {
  expect([exitCode, words.filter((word) => !stderr.includes(word))], stderr).toEqual([1, []]);
}

/** Operations whose requests had the key, and those whose had not. */
function operations(withKey: boolean): string[] {
  const all = server.requests.filter(({ headers }) => headers.has(HEADER) === withKey);
  return [...new Set(all.map(({ operation }) => operation))].toSorted();
}

describe('an object with a key of its owner', () => {
  test.each([0, 1000, 40 * MiB])('of %d bytes is stored and comes back', async (size) => {
    const data = someBytes(size);
    expectSilence(await backup(data));
    const outcome = await restore();
    expect([outcome.exitCode, outcome.stderr, Bun.hash(outcome.stdout)]).toEqual([0, '', Bun.hash(data)]);
    expect(operations(false)).toEqual([]);
    expect(server.objects.head('backups', PREFIX + NAME)?.headers).toHaveProperty([`${HEADER}-md5`]);
  });

  test('gives ranges of a filtered restore', async () => {
    const data = someBytes(20 * MiB);
    expectSilence(await backup(data));
    const offsets = place.write('offsets', '2 5 1005 9000000 12000000');
    const outcome = await place.run(['restore_data_subset', config(), PATH, offsets]);
    const expected = Buffer.concat([data.subarray(5, 1005), data.subarray(9_000_000, 12_000_000)]);
    expect([outcome.stderr, Bun.hash(outcome.stdout)]).toEqual(['', Bun.hash(expected)]);
  });

  test('is looked at with the key when the answer to Complete was lost', async () => {
    server.faults.add({ when: { operation: 'CompleteMultipartUpload' }, do: { kind: 'loseAnswer' } });
    const data = someBytes(20 * MiB);
    expectSilence(await backup(data));
    expect(operations(true)).toContain('HeadObject');
    expect(Bun.hash((await restore()).stdout)).toBe(Bun.hash(data));
  });

  test('is set up for, listed and deleted; only reads and writes have the key', async () => {
    const hook = (name: string): string[] => [name, config(), BACKUP_DIR, 'coordinator', '-1'];
    expectSilence(await place.run(hook('setup_plugin_for_backup')));
    expectSilence(await backup(someBytes(1000)));
    const local = `${place.folder}/backups/20260102/${TIMESTAMP}`;
    const toc = `${local}/gpbackup_${TIMESTAMP}_toc.yaml`;
    const line = `mkdir -p ${local} && echo "dataentries: []" > ${toc} && "$PLUGIN" backup_file ${config()} ${toc}`;
    expectSilence(await place.shell(line));
    await place.shell(`printf x > ${local}/gpbackup_0_${TIMESTAMP}_toc.yaml`);
    expectSilence(await place.run(['backup_file', config(), `${local}/gpbackup_0_${TIMESTAMP}_toc.yaml`]));
    expectSilence(await place.run(hook('setup_plugin_for_restore')));
    expect((await place.run(['list_directory', config()])).exitCode).toBe(0);
    expect((await place.run(['delete_backup', config(), TIMESTAMP])).exitCode).toBe(0);
    expect(operations(true)).toEqual(['CreateMultipartUpload', 'GetObject', 'PutObject', 'UploadPart']);
    expect(operations(false)).toEqual([
      'AbortMultipartUpload',
      'DeleteObjects',
      'GetObjectLockConfiguration',
      'ListMultipartUploads',
      'ListObjectsV2',
    ]);
    expect((await place.logLines()).join('\n')).not.toContain('WARNING');
  });

  test('is not given away: no log and no message has the key', async () => {
    expectSilence(await backup(someBytes(20 * MiB)));
    server.faults.add({
      when: { operation: 'GetObject' },
      do: { kind: 'answer', status: 403, code: 'AccessDenied' },
    });
    const { stderr } = await restore();
    const shown = `${stderr}\n${(await place.logLines()).join('\n')}`;
    const forms = ['hex', 'base64'] as const;
    expect(forms.filter((form) => shown.includes(Buffer.from(KEY).toString(form)))).toEqual([]);
  });
});

test('a bucket that blocks such keys, as new ones of AWS do, is told by the set-up', async () => {
  await server.stop();
  server = await startTestServer({ tls: true, encryption: { blocksCustomerKeys: true } });
  ca_file = place.write('ca.pem', server.certificate ?? '');
  const told = await place.run(['setup_plugin_for_backup', config(), BACKUP_DIR, 'coordinator', '-1']);
  expectTold(told, 'AccessDenied', 'sse_customer_key_file', 'encryption settings of the bucket');
});

describe('a server that takes no notice of', () => {
  test.each([
    ['the key', 'sse_customer_key_file', HEADER.replace(/key$/, 'algorithm'), undefined, 'nothing'],
    ['sse', 'sse', 'x-amz-server-side-encryption', undefined, 'nothing'],
    ['KMS', 'sse', 'x-amz-server-side-encryption', 'AES256', '"AES256"'],
  ])('%s is found out by the set-up', async (what, option, header, answered, words) => {
    const headers = { [header]: answered };
    server.faults.add({ when: { operation: 'PutObject' }, do: { kind: 'rewrite', headers } });
    const options =
      option === 'sse' ? { sse: what === 'KMS' ? 'aws:kms' : 'AES256' } : { sse_customer_key_file: keyFile };
    const file = place.config(server, { ca_file, ...options });
    const told = await place.run(['setup_plugin_for_backup', file, BACKUP_DIR, 'coordinator', '-1']);
    expectTold(told, `the server takes ${option} and does not confirm it`, words, `leave out ${option}`);
    expect(server.requests.filter(({ operation }) => operation === 'PutObject')).toHaveLength(1);
  });
});

test('a server that begins an upload with a key and stores no part is told by the set-up with the option', async () => {
  const answer = { kind: 'answer', status: 500, code: 'InternalError' } as const;
  server.faults.add({ when: { operation: 'UploadPart', times: Infinity }, do: answer });
  const file = place.config(server, { ca_file, sse: 'aws:kms', max_request_retries: '1' });
  const told = await place.run(['setup_plugin_for_backup', file, BACKUP_DIR, 'coordinator', '-1']);
  expectTold(told, 'UploadPart', 'leave out sse');
  expect([server.objects.keys('backups'), server.objects.uploads('backups')]).toEqual([[], []]);
});

describe('a restore', () => {
  test('without the key says which option it needs', async () => {
    expectSilence(await backup(someBytes(1000)));
    keyFile = '';
    expectTold(await restore(), 'Server Side Encryption', 'sse_customer_key_file');
  });

  test('with another key says so', async () => {
    expectSilence(await backup(someBytes(1000)));
    const told = await restore(place.write('other', Buffer.from(OTHER).toString('hex')));
    expectTold(told, 'AccessDenied', 'sse_customer_key_file', 'not the one');
  });

  test('with a key of an object that has none says to leave it out', async () => {
    await server.objects.put('backups', PREFIX + NAME, 'content');
    expectTold(await restore(), 'not applicable', 'sse_customer_key_file', 'leave the option out');
  });

  test('of an empty object takes the key for its look at it as well', async () => {
    expectSilence(await backup(someBytes(0)));
    expectSilence(await restore());
  });
});

describe('the file of the key', () => {
  test.each([
    ['bytes', KEY],
    ['hexadecimal digits', Buffer.from(KEY).toString('hex').toUpperCase()],
    ['hexadecimal digits in a line', `${Buffer.from(KEY).toString('hex')}\n`],
    ['base64', Buffer.from(KEY).toString('base64')],
    ['base64 in a line', `${Buffer.from(KEY).toString('base64')}\r\n`],
  ])('has it as %s', async (_name, content) => {
    expectSilence(await backup(someBytes(10), place.write('k', content)));
    expect(server.requests[0]?.headers.get(HEADER)).toBe(Buffer.from(KEY).toString('base64'));
  });

  test.each([
    ['nothing', ''],
    ['31 bytes', KEY.subarray(1)],
    ['33 bytes', someBytes(33)],
    ['32 hexadecimal digits, which are 16 bytes', '0123456789abcdef0123456789abcdef'],
    ['base64 of 31 bytes', Buffer.from(KEY.subarray(1)).toString('base64')],
    ['base64 that is cut', Buffer.from(KEY).toString('base64').slice(0, -1)],
    ['a passphrase', 'correct horse battery staple'],
    ['too much', Buffer.alloc(5000, 'ab')],
  ])('with %s in it is an error that does not show it', async (_name, content) => {
    const file = place.write('k', content);
    const told = await backup(someBytes(10), file);
    expectTold(told, `sse_customer_key_file ${file} can't be used`, '32 bytes', 'openssl rand');
    expect(content.length > 4 && told.stderr.includes(content.toString())).toBe(false);
    expect(server.requests).toEqual([]);
  });

  test.each([
    ['is not there', '/no/such/file', 'there is no such file'],
    ['is a folder', '/tmp', 'not a regular file'],
    ['never ends', '/dev/zero', 'not a regular file'],
  ])('that %s is an error', async (_name, file, words) => {
    expectTold(await backup(someBytes(10), file), file, words);
  });

  test('that others can read is told in the log of the set-up alone', async () => {
    chmodSync(keyFile, 0o640);
    expectSilence(await backup(someBytes(10)));
    expect((await place.logLines()).join('\n')).not.toContain('chmod 600');
    expectSilence(await place.run(['setup_plugin_for_backup', config(), BACKUP_DIR, 'coordinator', '-1']));
    expect((await place.logLines()).join('\n')).toContain('chmod 600');
  });
});
