import { afterEach, beforeEach, describe, expect, test } from 'bun:test';
import { mkdirSync } from 'node:fs';
import { dirname } from 'node:path';
import {
  BACKUP_DIR,
  type Outcome,
  PREFIX,
  someBytes,
  TIMESTAMP,
  Workplace,
} from '../../lab/program/plugin.ts';
import { startTestServer, type TestServer } from '../../lab/test-server.ts';
import { MiB } from '../../src/base/bytes.ts';
import { blocksOf, textOf } from './document.ts';
import { actionsOf, allows, type Policy, withAction, without } from './policy.ts';

/** The policies of docs/permissions.md, played by the compiled program against a server that allows what they allow and no more. */
let policy: Policy;
let server: TestServer;
let place: Workplace;
beforeEach(async () => {
  server = await startTestServer({
    credentials: [
      {
        accessKeyId: 'testkey',
        secretAccessKey: 'testsecret',
        deny: (operation, key) => !allows(policy, 'backups', operation, key),
      },
    ],
  });
  place = new Workplace();
});
afterEach(async () => {
  place[Symbol.dispose]();
  await server.stop();
});

function policyOf(role: string): Policy {
  const block = blocksOf(textOf('docs/permissions.md')).find(
    ({ language, heading }) => language === 'json' && heading === role,
  );
  if (block === undefined) throw new Error(`docs/permissions.md has no policy "${role}"`);
  return JSON.parse(block.text.replaceAll('BUCKET', 'backups').replaceAll('FOLDER', 'gp/test')) as Policy;
}

const FILE = `backups/20260102/${TIMESTAMP}/gpbackup_${TIMESTAMP}_metadata.sql`;
const TABLE = `gpbackup_0_${TIMESTAMP}_16385`;
const LARGE = `gpbackup_0_${TIMESTAMP}`;
const largeBytes = someBytes(9 * MiB);

async function run(...args: string[]): Promise<Outcome> {
  const [command = '', ...rest] = args;
  return await place.run([command, place.config(server), ...rest]);
}

async function store(name: string, bytes: Uint8Array): Promise<Outcome> {
  return await place.run(['backup_data', place.config(server), `${BACKUP_DIR}/${name}`], { stdin: bytes });
}

/** Puts a local file into the backup's folder. */
function localFile(content: string): string {
  mkdirSync(dirname(place.path(FILE)), { recursive: true });
  return place.write(FILE, content);
}

async function isStored(name: string, size: number): Promise<boolean> {
  return (await server.objects.get('backups', PREFIX + name))?.length === size;
}

function succeeded({ exitCode, stderr }: Outcome): boolean {
  return exitCode === 0 && stderr === '';
}

/** What a role has to be able to do; false when it can't. */
type Duties = Readonly<Record<string, () => Promise<boolean>>>;

const BACKUP: Duties = {
  'the set-up step proves that the bucket can be written': async () =>
    succeeded(await run('setup_plugin_for_backup', BACKUP_DIR, 'coordinator', '-1')),
  'a file is stored': async () => succeeded(await run('backup_file', localFile('text'))),
  'small data is stored': async () =>
    succeeded(await store(TABLE, someBytes(1000))) && (await isStored(TABLE, 1000)),
  'large data is stored in parts': async () =>
    succeeded(await store(LARGE, largeBytes)) && (await isStored(LARGE, largeBytes.length)),
  'a failed upload leaves nothing': async () => {
    server.faults.add({
      when: { operation: 'UploadPart', partNumber: 2 },
      do: { kind: 'answer', status: 400, code: 'EntityTooLarge' },
    });
    const { exitCode } = await store(LARGE, largeBytes);
    return exitCode === 1 && server.objects.uploads('backups').length === 0;
  },
};

const INCREMENTAL: Duties = {
  'a file of an earlier backup is read': async () => {
    await server.objects.put('backups', `${PREFIX}${FILE.split('/').at(-1)}`, 'earlier');
    mkdirSync(dirname(place.path(FILE)), { recursive: true });
    return succeeded(await run('restore_file', place.path(FILE)));
  },
  'an upload whose last answer was lost is found to be there': async () => {
    server.faults.add({
      when: { operation: 'CompleteMultipartUpload', nth: 1, times: 1 },
      do: { kind: 'loseAnswer' },
    });
    return succeeded(await store(LARGE, largeBytes));
  },
};

const RESTORE: Duties = {
  'the set-up step looks at the backup, without a warning': async () => {
    await server.objects.put('backups', PREFIX + TABLE, 'x');
    const outcome = await run('setup_plugin_for_restore', BACKUP_DIR, 'coordinator', '-1');
    return succeeded(outcome) && !(await place.logLines()).some((line) => line.includes('-[WARNING]:-'));
  },
  'a file is read': async () => {
    await server.objects.put('backups', `${PREFIX}${FILE.split('/').at(-1)}`, 'content');
    mkdirSync(dirname(place.path(FILE)), { recursive: true });
    const outcome = await run('restore_file', place.path(FILE));
    return succeeded(outcome) && (await Bun.file(place.path(FILE)).text()) === 'content';
  },
  'large data is read, and its checksum': async () => {
    await server.objects.put('backups', PREFIX + LARGE, largeBytes, { withChecksum: true });
    const outcome = await run('restore_data', `${BACKUP_DIR}/${LARGE}`);
    const proved = (await place.logLines()).some((line) => line.includes('checksum verified'));
    return succeeded(outcome) && outcome.stdout.equals(largeBytes) && proved;
  },
  'ranges are read': async () => {
    await server.objects.put('backups', PREFIX + LARGE, largeBytes);
    const offsets = place.write('offsets', '2 0 10 5000000 5000010');
    const outcome = await run('restore_data_subset', `${BACKUP_DIR}/${LARGE}`, offsets);
    return succeeded(outcome) && outcome.stdout.length === 20;
  },
  'the folder is listed': async () => {
    await server.objects.put('backups', PREFIX + TABLE, 'x');
    const outcome = await run('list_directory');
    return succeeded(outcome) && outcome.stdout.toString().includes(PREFIX + TABLE);
  },
};

const DELETE: Duties = {
  'a backup is deleted with its unfinished uploads': async () => {
    await server.objects.put('backups', PREFIX + TABLE, 'x');
    await server.objects.put('backups', `${PREFIX}${LARGE}.gz`, 'x');
    // An upload that nobody finishes: its process may do all but remove it.
    const deleting = policy;
    policy = without(policyOf('Backup only'), 's3:AbortMultipartUpload');
    server.faults.add({
      when: { operation: 'UploadPart', partNumber: 2 },
      do: { kind: 'answer', status: 400, code: 'EntityTooLarge' },
    });
    await store(LARGE, largeBytes);
    policy = deleting;
    expect(server.objects.uploads('backups').length).toBe(1);
    const outcome = await run('delete_backup', TIMESTAMP);
    return (
      succeeded(outcome) &&
      server.objects.keys('backups', PREFIX).length === 0 &&
      server.objects.uploads('backups').length === 0
    );
  },
  'one key alone is deleted': async () => {
    await server.objects.put('backups', PREFIX + TABLE, 'x');
    const outcome = await run('delete_directory', 'backups/20260102');
    return succeeded(outcome) && server.objects.keys('backups', PREFIX).length === 0;
  },
};

/** The titles of the duties that a policy does not allow to be done. */
async function undone(duties: Duties, granted: Policy): Promise<string[]> {
  const titles: string[] = [];
  for (const [title, duty] of Object.entries(duties)) {
    policy = granted;
    if (!(await duty())) titles.push(title);
    for (const key of server.objects.keys('backups', '')) await server.objects.delete('backups', key);
  }
  return titles;
}

const ROLES: readonly (readonly [string, Duties])[] = [
  ['Backup only', BACKUP],
  ['Restore', RESTORE],
  ['Delete', DELETE],
];

describe('docs/permissions.md', () => {
  for (const [role, duties] of ROLES) {
    const granted = policyOf(role);

    describe(`the policy "${role}"`, () => {
      for (const [title, duty] of Object.entries(duties)) {
        test(`suffices: ${title}`, async () => {
          policy = granted;
          expect(await duty()).toBe(true);
        });
      }

      test.each(actionsOf(granted))('needs %s', async (action) => {
        expect(await undone(duties, without(granted, action))).not.toEqual([]);
      });
    });
  }

  for (const [title, duty] of Object.entries(INCREMENTAL)) {
    test(`"Backup only" with s3:GetObject suffices, and without it does not: ${title}`, async () => {
      policy = policyOf('Backup only');
      expect(await duty()).toBe(false);
      policy = withAction(policy, 's3:GetObject');
      expect(await duty()).toBe(true);
    });
  }

  test.each([
    ['docs/permissions.md', ['Backup only', 'Restore', 'Delete']],
    ['README.md', ['back up', 'restore', 'delete']],
  ] as const)('the table of %s names the actions of each policy', (path, names) => {
    for (const [index, name] of names.entries()) {
      const row = textOf(path)
        .split('\n')
        .find((line) => line.startsWith(`| ${name} |`) || line.startsWith(`| [${name}](`));
      // What follows a semicolon is needed in some cases only.
      const [needed = ''] = (row ?? '').split(';');
      const actions = [...needed.matchAll(/`(s3:\w+)`/g)].map(([, action = '']) => action);
      expect(actions.toSorted()).toEqual(actionsOf(policyOf(ROLES[index]?.[0] ?? '')).toSorted());
    }
  });

  test('no policy reaches the neighbour folder or another bucket', () => {
    for (const [role] of ROLES) {
      for (const operation of ['GetObject', 'PutObject', 'DeleteObject', 'ListObjectsV2'] as const) {
        expect(allows(policyOf(role), 'backups', operation, 'gp/test-2/x')).toBe(false);
        expect(allows(policyOf(role), 'other', operation, 'gp/test/x')).toBe(false);
      }
    }
  });
});
