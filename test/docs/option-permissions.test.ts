import { describe, expect, test } from 'bun:test';
import type { S3ServerOptions } from '../../lab/test-server.ts';
import { grantedTo, ROWS, SECTION } from './option-rows.ts';
import { actionsOf, withAction, without } from './policy.ts';
import {
  ARCHIVED,
  BACKUP,
  BYPASS,
  DELETE,
  type Duties,
  KEY,
  LOCKED,
  OPERATOR,
  policyOf,
  RESTORE,
  RoleStage,
} from './roles.ts';

/** The table "Options that need more" of docs/permissions.md, played as the policies of the roles are. */
const DUTIES: Readonly<Record<string, Duties>> = {
  'Backup only': BACKUP,
  Restore: RESTORE,
  Delete: DELETE,
  Operator: OPERATOR,
};

type Options = Readonly<Record<string, string>>;

interface Trial {
  readonly options: Options;
  readonly server?: S3ServerOptions;
  readonly seed?: RoleStage['seed'];
  /** In place of the role's. */
  readonly duties?: Duties;
}

const KMS = { encryption: { kmsKeys: { [KEY]: 'enabled' } } } as const;
const ENCRYPTED = {
  'x-amz-server-side-encryption': 'aws:kms',
  'x-amz-server-side-encryption-aws-kms-key-id': KEY,
};

/** How each option of the table is tried, by its first cell; what can't be tried under one role is without it. */
const TRIALS: Readonly<Record<string, Trial>> = {
  tags: { options: { tags: 'team=dba' } },
  acl: { options: { acl: 'bucket-owner-full-control' } },
  object_lock_mode: {
    options: { object_lock_mode: 'GOVERNANCE', object_lock_retention: '36500d' },
    server: { lock: {} },
  },
  object_lock_legal_hold: { options: { object_lock_legal_hold: 'on' }, server: { lock: {} } },
  restore_from_archive: { options: { restore_from_archive: 'standard' }, duties: ARCHIVED },
  bypass_governance_retention: {
    options: { bypass_governance_retention: 'on' },
    server: { lock: {} },
    duties: BYPASS,
  },
  'sse: aws:kms': {
    options: { sse: 'aws:kms', sse_kms_key_id: KEY },
    server: KMS,
    seed: { headers: ENCRYPTED },
  },
};

async function start({ options, server = {}, seed = {} }: Trial): Promise<RoleStage> {
  const stage = await RoleStage.start(server);
  stage.options = options;
  stage.seed = seed;
  return stage;
}

test('every row has a trial, and every trial a row', () => {
  expect([...new Set(ROWS.map(({ option }) => option))].toSorted()).toEqual(Object.keys(TRIALS).toSorted());
});

describe.each(ROWS.map((row) => [`${row.option}, ${row.role}`, row] as const))('%s', (_title, row) => {
  const trial = TRIALS[row.option] ?? { options: {} };
  const duties = trial.duties ?? DUTIES[row.role] ?? {};

  test('the actions suffice', async () => {
    await using stage = await start(trial);
    expect(await stage.undone(duties, grantedTo(row))).toEqual([]);
  });

  test.each(row.actions)('%s is needed', async (action) => {
    await using stage = await start(trial);
    expect(await stage.suffices(duties, without(grantedTo(row), action))).toBe(false);
  });
});

describe('the KMS key policy', () => {
  const keyPolicy = policyOf('KMS key policy');
  const trial = TRIALS['sse: aws:kms'] ?? { options: {} };
  /** The statement of the account lets in whom the account's own policies let in: that is not what is tried here. */
  const ofRoles = { Statement: keyPolicy.Statement.filter(({ Action }) => Action !== 'kms:*') };

  test.each(['Backup only', 'Restore'])('lets the role "%s" in without a policy of its own', async (role) => {
    await using stage = await start(trial);
    stage.keyPolicy = ofRoles;
    expect(await stage.undone(DUTIES[role] ?? {}, policyOf(role))).toEqual([]);
  });

  test.each(actionsOf(ofRoles))('needs %s', async (action) => {
    await using stage = await start(trial);
    stage.keyPolicy = without(ofRoles, action);
    expect(await stage.suffices(BACKUP, policyOf('Backup only'))).toBe(false);
  });
});

describe('what a lock keeps, and until when, is told', () => {
  const [, sentence = ''] = /^The role Delete then also needs (.*?)\.$/ms.exec(SECTION) ?? [];
  const actions = [...sentence.matchAll(/`(s3:\w+)`/g)].map(([, action = '']) => action);
  const granted = actions.reduce(withAction, policyOf('Delete'));

  test('with the actions of the sentence below the table', async () => {
    await using stage = await start({ options: {}, server: { lock: {} } });
    expect(actions).toHaveLength(4);
    expect(await stage.undone(LOCKED, granted)).toEqual([]);
  });

  test.each(actions)('not without %s', async (action) => {
    await using stage = await start({ options: {}, server: { lock: {} } });
    expect(await stage.suffices(LOCKED, without(granted, action))).toBe(false);
  });
});

describe('options that need nothing more', () => {
  test('of the objects that a backup stores', async () => {
    const options = { sse: 'AES256', storage_class: 'STANDARD_IA', write_once: 'on' };
    await using stage = await start({ options });
    expect(await stage.undone(BACKUP, policyOf('Backup only'))).toEqual([]);
  });

  test('of every request', async () => {
    const owner = { requester_pays: 'on', expected_bucket_owner: '111122223333' };
    await using stage = await start({ options: { ...owner, request_headers: 'x-gateway=1' } });
    for (const [role, duties] of Object.entries(DUTIES)) {
      expect([role, ...(await stage.undone(duties, policyOf(role)))]).toEqual([role]);
    }
  });
});

describe('"Backup only, without overwriting"', () => {
  const granted = policyOf('Backup only, without overwriting');

  test('suffices with write_once', async () => {
    await using stage = await start({ options: { write_once: 'on' } });
    expect(await stage.undone(BACKUP, granted)).toEqual([]);
  });

  test.each(granted.Statement.map((_, index) => index))('needs its statement %i', async (index) => {
    await using stage = await start({ options: { write_once: 'on' } });
    const less = { Statement: granted.Statement.filter((_, other) => other !== index) };
    expect(await stage.suffices(BACKUP, less)).toBe(false);
  });

  test('lets nobody replace an object, with or without the option', async () => {
    await using stage = await start({ options: { write_once: 'on' } });
    stage.policy = granted;
    for (const bytes of [new Uint8Array(1000), new Uint8Array(20 * 1024 * 1024)]) {
      expect((await stage.store('gpbackup_0_20260102030405', bytes)).exitCode).toBe(0);
      expect((await stage.store('gpbackup_0_20260102030405', bytes)).exitCode).toBe(1);
      stage.options = {};
      expect((await stage.store('gpbackup_0_20260102030405', bytes)).stderr).toContain('AccessDenied');
      stage.options = { write_once: 'on' };
      for (const key of stage.server.objects.keys('backups'))
        await stage.server.objects.delete('backups', key);
    }
  });
});
