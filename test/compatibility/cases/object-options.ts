import { expect } from 'bun:test';
import { writeFileSync } from 'node:fs';
import {
  GetObjectTaggingCommand,
  HeadObjectCommand,
  type HeadObjectCommandOutput,
  S3ServiceException,
} from '@aws-sdk/client-s3';
import { BACKUP_DIR, someBytes, TIMESTAMP } from '../../../lab/program/plugin.ts';
import type { Capability, Seen } from '../capabilities.ts';
import type { Case } from '../case.ts';
import { BUCKET, codeIn, type Trial } from '../trial.ts';
import { nameOf } from './sizes.ts';

type Options = Readonly<Record<string, string>>;

const SMALL = someBytes(1000);
const IN_PARTS = someBytes(2 * 8 * 1024 * 1024 + 1);
/** A server that can't do it may fail each request; it is not waited for. */
const IMPATIENT = { retry_timeout: '3s', storage_class_min_size: '0' };

/**
 * Stores small and large data with these options and restores it with `reading` of them; a refusal must be explained
 * by a hint that names the option.
 * @returns what the server refused, in its words
 */
async function refusal(trial: Trial, options: Options, reading: Options = {}): Promise<string | undefined> {
  const config = trial.config({ ...IMPATIENT, ...options });
  const set = await trial.place.run(['setup_plugin_for_backup', config, BACKUP_DIR, 'coordinator', '-1']);
  if (set.exitCode !== 0) {
    trial.expectTold(set, new RegExp(Object.keys(options).join('|')));
    return set.stderr.includes('does not confirm') ? 'accepted, not confirmed' : codeIn(set);
  }
  for (const [number, data] of [SMALL, IN_PARTS].entries()) {
    await trial.backup(trial.config({ ...IMPATIENT, ...options }), nameOf(number), data);
    const restored = await trial.restore(trial.config({ ...IMPATIENT, ...reading }), nameOf(number));
    expect(Bun.hash(restored)).toBe(Bun.hash(data));
  }
  return undefined;
}

async function heads(trial: Trial, key?: Buffer): Promise<HeadObjectCommandOutput[]> {
  const customer =
    key === undefined
      ? {}
      : {
          SSECustomerAlgorithm: 'AES256',
          SSECustomerKey: key.toString('base64'),
          SSECustomerKeyMD5: md5(key),
        };
  return await Promise.all(
    [0, 1].map(
      async (number) =>
        await trial.store.send(
          new HeadObjectCommand({ Bucket: BUCKET, Key: trial.prefix + nameOf(number), ...customer }),
        ),
    ),
  );
}

function md5(bytes: Buffer): string {
  return new Bun.CryptoHasher('md5').update(bytes).digest('base64');
}

/** Yes where both objects have it. */
function seenIn(found: readonly unknown[], wanted: unknown): Seen {
  if (found.every((value) => value === wanted)) return { value: 'yes' };
  return found.some((value) => value === wanted)
    ? { value: 'partly', fact: found[0] === wanted ? 'small objects only' : 'objects in parts only' }
    : { value: 'no', fact: 'accepted, not applied' };
}

async function encrypted(trial: Trial, sse: string): Promise<Seen> {
  const { kmsKeyId } = trial.server;
  const withKey = sse !== 'AES256' && kmsKeyId !== undefined;
  const ofKey = withKey ? { sse_kms_key_id: kmsKeyId, sse_kms_encryption_context: 'cluster=prod' } : {};
  const refused = await refusal(trial, { sse, ...ofKey });
  if (refused !== undefined) return { value: 'no', fact: refused };
  // A key that is not there is found out by the set-up.
  if (withKey) expect(await refusal(trial, { sse, sse_kms_key_id: 'no-such-key' })).toMatch(/^\d/);
  return seenIn(
    (await heads(trial)).map(({ ServerSideEncryption }) => ServerSideEncryption),
    sse,
  );
}

async function ofOwnKey(trial: Trial): Promise<Seen> {
  if (!trial.server.endpoint.startsWith('https:')) return { value: 'untried' };
  const key = Buffer.from(someBytes(32, 3));
  const sse_customer_key_file = trial.place.write('key', key.toString('hex'));
  const refused = await refusal(trial, { sse_customer_key_file }, { sse_customer_key_file });
  if (refused !== undefined) return { value: 'no', fact: refused };
  const offsets = trial.place.path('offsets');
  writeFileSync(offsets, '2 3 1003 9000000 12000000');
  const part = await trial.succeed([
    'restore_data_subset',
    trial.config({ sse_customer_key_file }),
    `${BACKUP_DIR}/${nameOf(1)}`,
    offsets,
  ]);
  const expected = Buffer.concat([IN_PARTS.subarray(3, 1003), IN_PARTS.subarray(9_000_000, 12_000_000)]);
  expect(Bun.hash(part)).toBe(Bun.hash(expected));
  const seen = seenIn(
    (await heads(trial, key)).map(({ SSECustomerAlgorithm }) => SSECustomerAlgorithm),
    'AES256',
  );
  if (seen.value !== 'yes') return seen;
  const other = trial.place.write('other', Buffer.from(someBytes(32, 4)).toString('hex'));
  for (const options of [{}, { sse_customer_key_file: other }]) {
    const args = [
      'restore_data',
      trial.config({ retry_timeout: '3s', ...options }),
      `${BACKUP_DIR}/${nameOf(1)}`,
    ];
    trial.expectTold(await trial.place.run(args), /sse_customer_key_file/);
  }
  return seen;
}

/** Not every server has the classes of Amazon; some have the two oldest. */
async function classed(trial: Trial): Promise<Seen> {
  let refused: string | undefined;
  for (const storage_class of ['STANDARD_IA', 'REDUCED_REDUNDANCY']) {
    refused = await refusal(trial, { storage_class });
    if (refused !== undefined) continue;
    const seen = seenIn(
      (await heads(trial)).map(({ StorageClass }) => StorageClass),
      storage_class,
    );
    return seen.value === 'yes' ? { ...seen, fact: storage_class } : seen;
  }
  return { value: 'no', ...(refused === undefined ? {} : { fact: refused }) };
}

async function tagged(trial: Trial): Promise<Seen> {
  const refused = await refusal(trial, { tags: 'backup={timestamp},type={type},owner=dba team' });
  if (refused !== undefined) return { value: 'no', fact: refused };
  try {
    const sets = await Promise.all(
      [0, 1].map(async (number) => {
        const key = { Bucket: BUCKET, Key: trial.prefix + nameOf(number) };
        const { TagSet = [] } = await trial.store.send(new GetObjectTaggingCommand(key));
        return TagSet.map(({ Key, Value }) => `${Key}=${Value}`)
          .toSorted()
          .join(',');
      }),
    );
    return seenIn(sets, `backup=${TIMESTAMP},owner=dba team,type=data`);
  } catch (error) {
    // rclone answers with the object itself.
    return {
      value: 'no',
      fact: `accepted; ${error instanceof S3ServiceException ? error.name : 'they can not be read'}`,
    };
  }
}

async function withAcl(trial: Trial): Promise<Seen> {
  const refused = await refusal(trial, { acl: 'bucket-owner-full-control' });
  return refused === undefined ? { value: 'yes' } : { value: 'no', fact: refused };
}

const WAYS: Readonly<Partial<Record<Capability, (trial: Trial) => Promise<Seen>>>> = {
  'sse-s3': async (trial) => await encrypted(trial, 'AES256'),
  'sse-kms': async (trial) => await encrypted(trial, 'aws:kms'),
  'sse-c': ofOwnKey,
  'storage-class': classed,
  tags: tagged,
  acl: withAcl,
};

export const objectOptions: Case = {
  id: 'object-options',
  title: 'objects are stored with encryption, class, tags and ACL, or a hint names the option',
  shows: Object.keys(WAYS) as Capability[],
  patience: 180_000,
  async check(trial) {
    for (const [capability, look] of Object.entries(WAYS))
      trial.see(capability as Capability, await look(trial));
  },
};
