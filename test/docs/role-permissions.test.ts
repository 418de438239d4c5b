import { afterEach, beforeEach, describe, expect, test } from 'bun:test';
import type { Service } from '../../lab/aws/service.ts';
import { startSts } from '../../lab/aws/sts.ts';
import { keys, SignIn } from '../program/sign-in-stage.ts';
import { actionsOf, holds, type Policy } from './policy.ts';
import { policyOf } from './roles.ts';

/** What the program asks of STS, compared with the policies of docs/permissions.md. */
const ROLE = 'arn:aws:iam::123456789012:role/backup';
const SUBJECT = 'system:serviceaccount:NAMESPACE:NAME';
const CALLER = { id: 'CALLER', secret: 'secret-of-the-caller' };

/** An OIDC token as its claims alone: STS checks its signature, the trust policy its claims. */
const TOKEN = ['{}', JSON.stringify({ aud: 'sts.amazonaws.com', sub: SUBJECT }), 'signature']
  .map((part) => Buffer.from(part).toString('base64url'))
  .join('.');

let stage: SignIn;
let sts: Service;
beforeEach(async () => {
  stage = await SignIn.with();
  sts = await stage.serving(
    startSts({ keys, caller: CALLER, region: 'us-east-1', externalId: 'EXTERNAL-ID', webToken: () => TOKEN }),
  );
});
afterEach(async () => await stage[Symbol.asyncDispose]());

/** Signs in and stores something; gives the form of the one request to STS. */
async function signIn(options: Readonly<Record<string, string>>): Promise<URLSearchParams> {
  stage.expectStored(
    await stage.backup({}, { role_arn: ROLE, sts_endpoint: sts.url, credential_cache: 'off', ...options }),
  );
  expect(sts.calls).toHaveLength(1);
  return new URLSearchParams(sts.calls[0]?.body.toString());
}

const conditionOf = (policy: Policy) => policy.Statement[0]?.Condition ?? {};

describe('role_arn', () => {
  test('with keys asks for what the policy and the trust in a user allow', async () => {
    const form = await signIn({
      aws_access_key_id: CALLER.id,
      aws_secret_access_key: CALLER.secret,
      role_external_id: 'EXTERNAL-ID',
    });
    const action = `sts:${form.get('Action')}`;
    const [policy, trust] = [policyOf('Sign-in by a role'), policyOf('Trust in a user')];
    expect([actionsOf(policy), actionsOf(trust)]).toEqual([[action], [action]]);
    expect(policy.Statement[0]?.Resource).toBe(form.get('RoleArn') ?? undefined);
    const context = new Map([['sts:ExternalId', form.get('ExternalId') ?? '']]);
    expect([holds(conditionOf(trust), context), holds(conditionOf(trust), new Map())]).toEqual([true, false]);
  });

  test('with a token asks for what the trust in web identity allows', async () => {
    const form = await signIn({ web_identity_token_file: stage.place.write('token', TOKEN) });
    const trust = policyOf('Trust in web identity');
    expect(actionsOf(trust)).toEqual([`sts:${form.get('Action')}`]);
    const [, claims = ''] = (form.get('WebIdentityToken') ?? '').split('.');
    const { aud, sub } = JSON.parse(Buffer.from(claims, 'base64url').toString()) as Record<string, string>;
    const context = (subject = ''): Map<string, string> =>
      new Map([
        ['PROVIDER:aud', aud ?? ''],
        ['PROVIDER:sub', subject],
      ]);
    expect([holds(conditionOf(trust), context(sub)), holds(conditionOf(trust), context())]).toEqual([
      true,
      false,
    ]);
  });
});
