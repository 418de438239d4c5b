import { afterEach, beforeEach, describe, expect, test } from 'bun:test';
import { textOf } from './document.ts';
import { actionsOf, allows, withAction, without } from './policy.ts';
import { BACKUP, DELETE, type Duties, INCREMENTAL, OPERATOR, policyOf, RESTORE, RoleStage } from './roles.ts';

/** The policies of docs/permissions.md, played by the compiled program against a server that allows what they allow and no more. */
let stage: RoleStage;
beforeEach(async () => {
  stage = await RoleStage.start();
});
afterEach(async () => await stage[Symbol.asyncDispose]());

const ROLES: readonly (readonly [string, Duties])[] = [
  ['Backup only', BACKUP],
  ['Restore', RESTORE],
  ['Delete', DELETE],
  ['Operator', OPERATOR],
];

/** The table of "Access points": the resource of a policy, and the one in its place. */
function accessPointResources(): ReadonlyMap<string, string> {
  const rows = textOf('docs/permissions.md').matchAll(/^\| `(arn:aws:s3:::\S+)` \| `(arn:\S+)` \|$/gm);
  return new Map(
    [...rows].map(([, plain = '', ofAccessPoint = '']) => [
      plain.replace('BUCKET', 'backups').replace('FOLDER', 'gp/test'),
      ofAccessPoint
        .replace('REGION:ACCOUNT', 'us-west-2:123456789012')
        .replace('NAME', 'name')
        .replace('FOLDER', 'gp/test'),
    ]),
  );
}

describe('docs/permissions.md', () => {
  for (const [role, duties] of ROLES) {
    const granted = policyOf(role);

    describe(`the policy "${role}"`, () => {
      for (const [title, duty] of Object.entries(duties)) {
        test(`suffices: ${title}`, async () => {
          stage.policy = granted;
          expect(await duty(stage)).toBe(true);
        });
      }

      test.each(actionsOf(granted))('needs %s', async (action) => {
        expect(await stage.suffices(duties, without(granted, action))).toBe(false);
      });
    });
  }

  for (const [title, duty] of Object.entries(INCREMENTAL)) {
    test(`"Backup only" with s3:GetObject suffices, and without it does not: ${title}`, async () => {
      stage.policy = policyOf('Backup only');
      expect(await duty(stage)).toBe(false);
      stage.policy = withAction(stage.policy, 's3:GetObject');
      expect(await duty(stage)).toBe(true);
    });
  }

  test.each([
    ['docs/permissions.md', ['Backup only', 'Restore', 'Delete', 'Operator']],
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

  test('the resources of an access point allow the same as those of the bucket', () => {
    const other = accessPointResources();
    const whole = 'arn:aws:s3:us-west-2:123456789012:accesspoint/name';
    const accessPoint = { whole, objects: `${whole}/object` };
    for (const [role] of ROLES) {
      const policy = policyOf(role);
      const moved = {
        Statement: policy.Statement.map((one) => ({
          ...one,
          Resource: other.get(String(one.Resource)) ?? '',
        })),
      };
      for (const operation of [
        'GetObject',
        'PutObject',
        'DeleteObject',
        'ListObjectsV2',
        'ListMultipartUploads',
      ] as const) {
        for (const key of ['gp/test/x', 'gp/test-2/x']) {
          const expected = allows(policy, 'backups', operation, key);
          expect([role, operation, key, allows(moved, accessPoint, operation, key)]).toEqual([
            role,
            operation,
            key,
            expected,
          ]);
        }
      }
    }
  });
});
