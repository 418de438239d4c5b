import { expect } from 'bun:test';
import { chmodSync, mkdirSync } from 'node:fs';
import { dirname } from 'node:path';
import {
  BACKUP_DIR,
  type Outcome,
  PREFIX,
  someBytes,
  TIMESTAMP,
  Workplace,
} from '../../lab/program/plugin.ts';
import type { SeedOptions } from '../../lab/s3-server/object-access.ts';
import { SETS_FOLDER, setFiles } from '../../lab/sets.ts';
import { type S3ServerOptions, startTestServer, type TestServer } from '../../lab/test-server.ts';
import { MiB } from '../../src/base/bytes.ts';
import { blocksOf, textOf } from './document.ts';
import { actionsOf, allows, allowsKms, type Policy, without } from './policy.ts';

/** The KMS key of the policies. */
export const KEY = 'arn:aws:kms:us-east-1:123456789012:key/1234abcd-12ab-34cd-56ef-1234567890ab';

/** The policy below a heading of docs/permissions.md, with the names of these tests. */
export function policyOf(heading: string): Policy {
  const block = blocksOf(textOf('docs/permissions.md')).find(
    (one) => one.language === 'json' && one.heading === heading,
  );
  if (block === undefined) throw new Error(`docs/permissions.md has no policy "${heading}"`);
  const text = block.text
    .replaceAll('BUCKET', 'backups')
    .replaceAll('FOLDER', 'gp/test')
    .replaceAll('arn:aws:kms:REGION:ACCOUNT:key/KEY', KEY)
    .replaceAll('REGION', 'us-east-1')
    .replaceAll('ACCOUNT', '123456789012');
  return JSON.parse(text) as Policy;
}

const FILE = `backups/20260102/${TIMESTAMP}/gpbackup_${TIMESTAMP}_metadata.sql`;
const TABLE = `gpbackup_0_${TIMESTAMP}_16385`;
const LARGE = `gpbackup_0_${TIMESTAMP}`;
const largeBytes = someBytes(9 * MiB);

/** A server that allows what a policy allows and no more, and the compiled program under a config file. */
export class RoleStage implements AsyncDisposable {
  readonly place = new Workplace();
  policy: Policy = { Statement: [] };
  /** Of the KMS key; it lets nobody in unless a test says so. */
  keyPolicy: Policy = { Statement: [] };
  /** Of the config file, in addition to the usual ones. */
  options: Readonly<Record<string, string>> = {};
  /** Of objects that are there already. */
  seed: SeedOptions = {};
  #server: TestServer | undefined;

  static async start(options: S3ServerOptions = {}): Promise<RoleStage> {
    const stage = new RoleStage();
    stage.#server = await startTestServer({
      ...options,
      credentials: [
        {
          accessKeyId: 'testkey',
          secretAccessKey: 'testsecret',
          deny: (operation, key, facts) =>
            !allows(stage.policy, facts.bucket ?? 'backups', operation, key, facts),
          denyAction: (action, key) => {
            if (action.startsWith('s3:GetObject')) return !actionsOf(stage.policy).includes(action);
            const isOfKms = action.startsWith('kms:');
            return (
              isOfKms && !allowsKms(stage.policy, action, key) && !allowsKms(stage.keyPolicy, action, key)
            );
          },
        },
      ],
    });
    return stage;
  }

  get server(): TestServer {
    if (this.#server === undefined) throw new Error('the server has not been started');
    return this.#server;
  }

  async run(...args: string[]): Promise<Outcome> {
    const [command = '', ...rest] = args;
    return await this.place.run([command, this.#config(), ...rest]);
  }

  async store(name: string, bytes: Uint8Array<ArrayBuffer>): Promise<Outcome> {
    return await this.place.run(['backup_data', this.#config(), `${BACKUP_DIR}/${name}`], { stdin: bytes });
  }

  /** An object of an earlier backup. */
  async put(key: string, bytes: Uint8Array | string, options: SeedOptions = {}): Promise<void> {
    await this.server.objects.put('backups', key, bytes, { ...this.seed, ...options });
  }

  /** Puts a local file into the backup's folder. */
  localFile(content: string): string {
    mkdirSync(dirname(this.place.path(FILE)), { recursive: true });
    return this.place.write(FILE, content);
  }

  async isStored(name: string, size: number): Promise<boolean> {
    return (await this.server.objects.get('backups', PREFIX + name))?.length === size;
  }

  /** The titles of the duties that a policy does not allow to be done. */
  async undone(duties: Duties, granted: Policy): Promise<string[]> {
    const titles: string[] = [];
    for (const [title, duty] of Object.entries(duties)) {
      if (!(await this.#does(duty, granted))) titles.push(title);
    }
    return titles;
  }

  /** Whether a policy allows all of them to be done. */
  async suffices(duties: Duties, granted: Policy): Promise<boolean> {
    for (const duty of Object.values(duties)) if (!(await this.#does(duty, granted))) return false;
    return true;
  }

  async #does(duty: Duty, granted: Policy): Promise<boolean> {
    this.policy = granted;
    const isDone = await duty(this);
    for (const key of this.server.objects.keys('backups', '')) {
      await this.server.objects.delete('backups', key);
    }
    return isDone;
  }

  #config(): string {
    const path = this.place.config(this.server, this.options);
    // One that others can read is a warning in the log.
    chmodSync(path, 0o600);
    return path;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.place[Symbol.dispose]();
    await this.#server?.stop();
  }
}

function succeeded({ exitCode, stderr }: Outcome): boolean {
  return exitCode === 0 && stderr === '';
}

/** What a role has to be able to do; false when it can't. */
type Duty = (stage: RoleStage) => Promise<boolean>;
export type Duties = Readonly<Record<string, Duty>>;

export const BACKUP: Duties = {
  'the set-up step proves that the bucket can be written': async (stage) =>
    succeeded(await stage.run('setup_plugin_for_backup', BACKUP_DIR, 'coordinator', '-1')),
  'a file is stored': async (stage) => succeeded(await stage.run('backup_file', stage.localFile('text'))),
  'small data is stored': async (stage) =>
    succeeded(await stage.store(TABLE, someBytes(1000))) && (await stage.isStored(TABLE, 1000)),
  'large data is stored in parts': async (stage) =>
    succeeded(await stage.store(LARGE, largeBytes)) && (await stage.isStored(LARGE, largeBytes.length)),
  'what the host stored is stored too': async (stage) => {
    await stage.store(TABLE, someBytes(1000));
    const outcome = await stage.run('cleanup_plugin_for_backup', BACKUP_DIR, 'segment_host');
    const keys = stage.server.objects.keys('backups');
    return succeeded(outcome) && keys.some((key) => key.includes('_s3stats_'));
  },
  'a failed upload leaves nothing': async (stage) => {
    stage.server.faults.add({
      when: { operation: 'UploadPart', partNumber: 2 },
      do: { kind: 'answer', status: 400, code: 'EntityTooLarge' },
    });
    const { exitCode } = await stage.store(LARGE, largeBytes);
    return exitCode === 1 && stage.server.objects.uploads('backups').length === 0;
  },
};

export const INCREMENTAL: Duties = {
  'a file of an earlier backup is read': async (stage) => {
    await stage.put(`${PREFIX}${FILE.split('/').at(-1)}`, 'earlier');
    mkdirSync(dirname(stage.place.path(FILE)), { recursive: true });
    return succeeded(await stage.run('restore_file', stage.place.path(FILE)));
  },
  'an upload whose last answer was lost is found to be there': async (stage) => {
    stage.server.faults.add({
      when: { operation: 'CompleteMultipartUpload', nth: 1, times: 1 },
      do: { kind: 'loseAnswer' },
    });
    return succeeded(await stage.store(LARGE, largeBytes));
  },
};

export const RESTORE: Duties = {
  'the set-up step looks at the backup, without a warning': async (stage) => {
    await stage.put(PREFIX + TABLE, 'x');
    const outcome = await stage.run('setup_plugin_for_restore', BACKUP_DIR, 'coordinator', '-1');
    return (
      succeeded(outcome) && !(await stage.place.logLines()).some((line) => line.includes('-[WARNING]:-'))
    );
  },
  'a file is read': async (stage) => {
    await stage.put(`${PREFIX}${FILE.split('/').at(-1)}`, 'content');
    mkdirSync(dirname(stage.place.path(FILE)), { recursive: true });
    const outcome = await stage.run('restore_file', stage.place.path(FILE));
    return succeeded(outcome) && (await Bun.file(stage.place.path(FILE)).text()) === 'content';
  },
  'large data is read, and its checksum': async (stage) => {
    await stage.put(PREFIX + LARGE, largeBytes, { withChecksum: true });
    const outcome = await stage.run('restore_data', `${BACKUP_DIR}/${LARGE}`);
    const proved = (await stage.place.logLines()).some((line) => line.includes('checksum verified'));
    return succeeded(outcome) && outcome.stdout.equals(largeBytes) && proved;
  },
  'ranges are read': async (stage) => {
    await stage.put(PREFIX + LARGE, largeBytes);
    const offsets = stage.place.write('offsets', '2 0 10 5000000 5000010');
    const outcome = await stage.run('restore_data_subset', `${BACKUP_DIR}/${LARGE}`, offsets);
    return succeeded(outcome) && outcome.stdout.length === 20;
  },
  'the folder is listed': async (stage) => {
    await stage.put(PREFIX + TABLE, 'x');
    const outcome = await stage.run('list_directory');
    return succeeded(outcome) && outcome.stdout.toString().includes(PREFIX + TABLE);
  },
};

export const DELETE: Duties = {
  'a backup is deleted with its unfinished uploads': async (stage) => {
    await stage.put(PREFIX + TABLE, 'x');
    await stage.put(`${PREFIX}${LARGE}.gz`, 'x');
    // An upload that nobody finishes: its process may do all but remove it.
    const deleting = stage.policy;
    stage.policy = without(policyOf('Backup only'), 's3:AbortMultipartUpload');
    stage.server.faults.add({
      when: { operation: 'UploadPart', partNumber: 2 },
      do: { kind: 'answer', status: 400, code: 'EntityTooLarge' },
    });
    await stage.store(LARGE, largeBytes);
    stage.policy = deleting;
    expect(stage.server.objects.uploads('backups').length).toBe(1);
    const outcome = await stage.run('delete_backup', TIMESTAMP);
    return (
      succeeded(outcome) &&
      stage.server.objects.keys('backups', PREFIX).length === 0 &&
      stage.server.objects.uploads('backups').length === 0
    );
  },
  'one key alone is deleted': async (stage) => {
    await stage.put(PREFIX + TABLE, 'x');
    const outcome = await stage.run('delete_directory', 'backups/20260102');
    return succeeded(outcome) && stage.server.objects.keys('backups', PREFIX).length === 0;
  },
};

/** A real backup, in the folder of the tests. */
export const REAL_BACKUP = '20261125025410';
export async function putRealBackup(stage: RoleStage): Promise<void> {
  for (const { key, content } of setFiles(REAL_BACKUP))
    await stage.put(key.replace(SETS_FOLDER, 'gp/test'), content);
}

/** With a real backup: a command for operators ends well, and nothing is denied to it. */
function looks(command: string, ...args: readonly string[]): Duty {
  return async (stage) => {
    await putRealBackup(stage);
    const { exitCode, stdout, stderr } = await stage.run(command, ...args);
    return exitCode === 0 && stderr === '' && !stdout.includes('AccessDenied');
  };
}

/** What is looked at of the backups, and of the bucket. */
export const OPERATOR: Duties = {
  'the backups are listed': looks('list_backups'),
  'a backup is shown': looks('show_backup', REAL_BACKUP, '--tables'),
  'a table is found': looks('find_table', 'sales.orders'),
  'a backup is verified': looks('verify_backup', REAL_BACKUP, '--read'),
  'the page is made': looks('report'),
  'the figures are made': looks('metrics'),
  'what is stored is counted, with what lists do not show': async (stage) => {
    await putRealBackup(stage);
    // An upload that nobody finishes: its process may do all but remove it.
    const looking = stage.policy;
    stage.policy = without(policyOf('Backup only'), 's3:AbortMultipartUpload');
    stage.server.faults.add({
      when: { operation: 'UploadPart', partNumber: 2 },
      do: { kind: 'answer', status: 400, code: 'EntityTooLarge' },
    });
    await stage.store(LARGE, largeBytes);
    stage.policy = looking;
    const { exitCode, stderr } = await stage.run('usage');
    return exitCode === 0 && stderr === '';
  },
  'the bucket is checked, and nothing is left unseen': async (stage) => {
    await putRealBackup(stage);
    const { stdout, stderr } = await stage.run('check');
    return stderr === '' && !/can't be|may not/.test(stdout.toString());
  },
};

const UNTIL = new Date('2099-01-02T03:04:05Z');

/** In a bucket with Object Lock, with `bypass_governance_retention`. */
export const BYPASS: Duties = {
  ...DELETE,
  'versions that are locked in mode GOVERNANCE are deleted for good': async (stage) => {
    const lock = { mode: 'GOVERNANCE', until: UNTIL, legalHold: false } as const;
    await stage.put(PREFIX + TABLE, 'x', { lock });
    await stage.put(PREFIX + LARGE, 'x', { lock });
    const outcome = await stage.run('delete_backup', TIMESTAMP);
    return succeeded(outcome) && stage.server.objects.versions('backups').length === 0;
  },
};

/** In a bucket with Object Lock, without it: each lock is told, and the command fails. */
export const LOCKED: Duties = {
  'a retention is told with its end': async (stage) => {
    await stage.put(PREFIX + TABLE, 'x', { lock: { mode: 'COMPLIANCE', until: UNTIL, legalHold: false } });
    const { exitCode, stderr } = await stage.run('delete_backup', TIMESTAMP);
    return exitCode === 1 && stderr.includes('locked until 2099-01-02T03:04:05Z (COMPLIANCE)');
  },
  'a legal hold is told': async (stage) => {
    await stage.put(PREFIX + TABLE, 'x', { lock: { mode: undefined, until: undefined, legalHold: true } });
    const { exitCode, stderr } = await stage.run('delete_backup', TIMESTAMP);
    return exitCode === 1 && stderr.includes('under a legal hold');
  },
};

/** With `restore_from_archive`. */
export const ARCHIVED: Duties = {
  ...RESTORE,
  'objects in an archive are brought back': async (stage) => {
    const headers = { 'content-type': 'binary/octet-stream', 'x-amz-storage-class': 'GLACIER' };
    await stage.put(PREFIX + TABLE, 'x', { headers });
    if (!succeeded(await stage.run('setup_plugin_for_restore', BACKUP_DIR, 'coordinator', '-1')))
      return false;
    return succeeded(await stage.run('restore_data', `${BACKUP_DIR}/${TABLE}`));
  },
};
