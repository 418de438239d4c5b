import { expect } from 'bun:test';
import {
  CreateBucketCommand,
  HeadObjectCommand,
  PutBucketEncryptionCommand,
  type ServerSideEncryption,
} from '@aws-sdk/client-s3';
import { BACKUP_DIR, someBytes, TIMESTAMP } from '../../../lab/program/plugin.ts';
import type { Case } from '../case.ts';
import { codeIn, type Trial } from '../trial.ts';
import { nameOf } from './sizes.ts';

const BUCKET = 'compatibility-encrypted';
const DATA = someBytes(3 * 8 * 1024 * 1024 + 1);

/** Switches the bucket's default encryption on. Gives the server's refusal. */
async function encrypt(trial: Trial, algorithm: ServerSideEncryption): Promise<string | undefined> {
  const keyId = algorithm === 'aws:kms' ? trial.server.kmsKeyId : undefined;
  const byDefault = {
    SSEAlgorithm: algorithm,
    ...(keyId === undefined ? {} : { KMSMasterKeyID: keyId }),
  };
  try {
    await trial.store.send(
      new PutBucketEncryptionCommand({
        Bucket: BUCKET,
        ServerSideEncryptionConfiguration: { Rules: [{ ApplyServerSideEncryptionByDefault: byDefault }] },
      }),
    );
    return undefined;
  } catch (error) {
    return error instanceof Error ? error.name : String(error);
  }
}

export const defaultEncryption: Case = {
  id: 'encrypted',
  title: 'a bucket that encrypts by default, where ETags are no MD5, is backed up to and restored from',
  shows: ['default-encryption'],
  async check(trial) {
    await trial.store.send(new CreateBucketCommand({ Bucket: BUCKET }));
    const algorithm = trial.server.kmsKeyId === undefined ? 'AES256' : 'aws:kms';
    const refusal = await encrypt(trial, algorithm);
    if (refusal !== undefined) {
      trial.see('default-encryption', { value: 'no', fact: refusal });
      return;
    }
    // A server without a key to encrypt with fails each request; it is not waited for.
    const config = trial.config({ bucket: BUCKET, retry_timeout: '3s' });
    const first = ['backup_data', config, `${BACKUP_DIR}/${nameOf(0)}`];
    const outcome = await trial.place.run(first, { stdin: 'x' });
    if (outcome.exitCode !== 0) {
      trial.expectTold(outcome, /./);
      trial.see('default-encryption', { value: 'no', fact: codeIn(outcome) });
      return;
    }
    for (const [number, data] of [DATA.slice(0, 1000), DATA].entries()) {
      await trial.backup(config, nameOf(number), data);
      expect(Bun.hash(await trial.restore(config, nameOf(number)))).toBe(Bun.hash(data));
    }
    const head = await trial.store.send(
      new HeadObjectCommand({ Bucket: BUCKET, Key: trial.prefix + nameOf(1) }),
    );
    await trial.succeed(['delete_backup', config, TIMESTAMP]);
    trial.see('default-encryption', {
      value: head.ServerSideEncryption === algorithm ? 'yes' : 'no',
      fact: head.ServerSideEncryption ?? 'accepted, not applied',
    });
  },
};
