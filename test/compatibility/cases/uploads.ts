import { expect } from 'bun:test';
import {
  AbortMultipartUploadCommand,
  type ChecksumAlgorithm,
  CompleteMultipartUploadCommand,
  CreateMultipartUploadCommand,
  ListPartsCommand,
  type S3Client,
  UploadPartCommand,
} from '@aws-sdk/client-s3';
import { BACKUP_DIR, outcomeOf, someBytes, TIMESTAMP } from '../../../lab/program/plugin.ts';
import { until } from '../../../lab/program/until.ts';
import type { Case } from '../case.ts';
import { BUCKET, sdkClient, type Trial } from '../trial.ts';
import { nameOf } from './sizes.ts';

const MiB = 1024 * 1024;

const codeOf = (error: unknown): string => (error instanceof Error ? error.name : String(error));

/** Kills a backup when a part of its upload has been stored. Gives the upload's id. */
async function killedUpload(trial: Trial, name: string): Promise<string> {
  const config = trial.config({ logger_verbosity: 'debug' });
  const child = trial.place.start(['backup_data', config, `${BACKUP_DIR}/${name}`]);
  const input = child.stdin;
  if (typeof input === 'number' || input === undefined || !('write' in input)) throw new Error('no pipe');
  // Two parts of the largest first size that a provider wants, and more to come.
  await input.write(someBytes(2 * 64 * MiB + 5));
  await input.flush();
  const sent = async (): Promise<string | undefined> =>
    (await trial.requests()).find(({ operation, status }) => operation === 'UploadPart' && status === 200)
      ?.url;
  await until(async () => (await sent()) !== undefined);
  child.kill('SIGKILL');
  expect((await outcomeOf(child)).exitCode).toBe(137);
  return new URL((await sent()) ?? '').searchParams.get('uploadId') ?? '';
}

/** Whether the server still has the upload. */
async function isUnderWay(trial: Trial, key: string, uploadId: string): Promise<boolean> {
  try {
    const input = { Bucket: BUCKET, Key: key, UploadId: uploadId };
    // Of an upload that is not there some servers list no parts, in place of saying so.
    return ((await trial.store.send(new ListPartsCommand(input))).Parts ?? []).length > 0;
  } catch (error) {
    if (['NoSuchUpload', 'NoSuchKey', 'NotFound'].includes(codeOf(error))) return false;
    throw error;
  }
}

export const orphans: Case = {
  id: 'orphans',
  title: 'delete_backup removes the upload of a killed backup, or the log says that it could not look for it',
  shows: ['uploads-listed'],
  async check(trial) {
    const key = trial.prefix + nameOf(1);
    const uploadId = await killedUpload(trial, nameOf(1));
    expect(await isUnderWay(trial, key, uploadId)).toBe(true);
    expect(await trial.stored(key)).toBeUndefined();
    await trial.succeed(['delete_backup', trial.config(), TIMESTAMP]);
    const left = await isUnderWay(trial, key, uploadId);
    const log = (await trial.place.logLines()).join('\n');
    if (left) {
      expect(log).toMatch(/\[WARNING\]:-.*unfinished uploads/);
      await trial.store.send(
        new AbortMultipartUploadCommand({ Bucket: BUCKET, Key: key, UploadId: uploadId }),
      );
    } else {
      expect(log).toContain('1 unfinished upload in ');
    }
    trial.see('uploads-listed', { value: left ? 'no' : 'yes' });
  },
};

interface Part {
  readonly number: number;
  readonly body: Uint8Array;
}

/** An upload by the SDK alone; with checksums it is as the SDK's own upload of streams makes it. */
async function sdkUpload(
  client: S3Client,
  key: string,
  parts: readonly Part[],
  algorithm?: ChecksumAlgorithm,
): Promise<void> {
  const where = { Bucket: BUCKET, Key: key };
  const checksum = algorithm === undefined ? {} : { ChecksumAlgorithm: algorithm };
  const { UploadId = '' } = await client.send(new CreateMultipartUploadCommand({ ...where, ...checksum }));
  const Parts = [];
  for (const { number: PartNumber, body } of parts) {
    const part = await client.send(
      new UploadPartCommand({ ...where, ...checksum, UploadId, PartNumber, Body: body }),
    );
    const { ETag, ChecksumCRC32 } = part;
    Parts.push({ PartNumber, ETag, ...(ChecksumCRC32 === undefined ? {} : { ChecksumCRC32 }) });
  }
  await client.send(new CompleteMultipartUploadCommand({ ...where, UploadId, MultipartUpload: { Parts } }));
}

export const sdkUploads: Case = {
  id: 'sdk',
  title: "the AWS SDK's multipart upload is restored, and the SDK reads what was backed up",
  shows: ['sdk-upload'],
  async check(trial) {
    const config = trial.config();
    const data = someBytes(12 * MiB + 3);
    const parts = [0, 6 * MiB, 12 * MiB].map((from, index) => ({
      number: index + 1,
      body: data.subarray(from, from + 6 * MiB),
    }));
    const asItComes = sdkClient(trial.server, {
      requestChecksumCalculation: 'WHEN_SUPPORTED',
      responseChecksumValidation: 'WHEN_SUPPORTED',
    });
    try {
      let refusal: string | undefined;
      try {
        await sdkUpload(asItComes, trial.prefix + nameOf(1), parts, 'CRC32');
        expect(Bun.hash(await trial.restore(config, nameOf(1)))).toBe(Bun.hash(data));
      } catch (error) {
        if (!(error instanceof Error && '$metadata' in error)) throw error;
        refusal = codeOf(error);
      }
      await sdkUpload(trial.store, trial.prefix + nameOf(2), parts);
      expect(Bun.hash(await trial.restore(config, nameOf(2)))).toBe(Bun.hash(data));
      await trial.backup(config, nameOf(3), data);
      const read = await trial.stored(trial.prefix + nameOf(3), asItComes);
      expect(Bun.hash(read ?? '')).toBe(Bun.hash(data));
      trial.see('sdk-upload', refusal === undefined ? { value: 'yes' } : { value: 'no', fact: refusal });
    } finally {
      asItComes.destroy();
    }
  },
};

/** Whether an upload of these parts is taken, or the code of the refusal. */
async function outcomeOfParts(trial: Trial, parts: readonly Part[]): Promise<string> {
  try {
    await sdkUpload(trial.store, `${trial.folder}/limits`, parts);
    return 'taken';
  } catch (error) {
    return codeOf(error);
  }
}

export const partLimits: Case = {
  id: 'part-limits',
  title: 'the limits of parts are within those that uploads keep to',
  shows: ['part-limits'],
  async check(trial) {
    const body = someBytes(5 * MiB);
    const last = someBytes(1);
    const least = await outcomeOfParts(trial, [
      { number: 1, body },
      { number: 10_000, body: last },
    ]);
    const more = await outcomeOfParts(trial, [
      { number: 1, body },
      { number: 10_001, body: last },
    ]);
    const smaller = await outcomeOfParts(trial, [
      { number: 1, body: last },
      { number: 2, body: last },
    ]);
    trial.see('part-limits', {
      value: least === 'taken' ? 'yes' : 'partly',
      fact:
        least === 'taken'
          ? `part 10,001: ${more}; smaller parts: ${smaller}`
          : `part 10,000: ${least}; smaller parts: ${smaller}`,
    });
  },
};
