import { createHash } from 'node:crypto';
import { canonicalRequest, parseAuthorization, signatureOf, stringToSign } from '../s3-server/signature.ts';
import type { GivenKeys } from './metadata.ts';
import {
  type Service,
  type ServiceAnswer,
  type ServiceCall,
  type ServiceOptions,
  startService,
} from './service.ts';

export interface StsOptions extends ServiceOptions {
  readonly keys: () => GivenKeys;
  /** Whose signatures count for AssumeRole, and which token it needs. */
  readonly caller: { readonly id: string; readonly secret: string; readonly token?: string };
  readonly region: string;
  /** The token that AssumeRoleWithWebIdentity takes. */
  readonly webToken?: () => string;
  readonly externalId?: string;
  /** Milliseconds that its clock is ahead. It refuses requests of another time. */
  readonly ahead?: number | undefined;
  /** Behind a gateway: the path that requests come with, and are signed with. */
  readonly path?: string;
}

/** Plays the Security Token Service of one region. It checks signatures with code that the program does not share. */
export async function startSts(options: StsOptions): Promise<Service> {
  const { ahead = 0 } = options;
  return await startService((call) => {
    const answered = answer(call, options);
    return { ...answered, headers: { date: new Date(Date.now() + ahead).toUTCString() } };
  }, options);
}

/**
 * "Signature expired: 20260101T000000Z is now earlier than 20260101T000500Z (20260101T002000Z - 15 min.)", as STS words
 * it; AWS General Reference: a request must arrive within 15 minutes of its time stamp.
 */
const TOLERANCE = 15 * 60_000;

function answer(call: ServiceCall, options: StsOptions): ServiceAnswer {
  const form = new URLSearchParams(call.body.toString('utf8'));
  const action = form.get('Action') ?? '';
  if (call.method !== 'POST' || call.path !== (options.path ?? '/') || form.get('Version') !== '2011-06-15') {
    return refusal(400, 'InvalidAction', `Could not find operation ${action}`);
  }
  // STS API Reference, GetCallerIdentity: it needs no permission, but a signature.
  if (action === 'GetCallerIdentity') return checkSignature(call, options) ?? identity(options);
  const role = form.get('RoleArn') ?? '';
  if (!/^arn:[\w-]+:iam::\d{12}:role\/[\w+=,.@/-]+$/.test(role)) return refusal(400, 'ValidationError', role);
  if (!/^[\w+=,.@-]{2,64}$/.test(form.get('RoleSessionName') ?? '')) {
    return refusal(400, 'ValidationError', 'roleSessionName');
  }
  if (action === 'AssumeRoleWithWebIdentity') {
    if (call.headers.has('authorization')) return refusal(400, 'IncompleteSignature', 'signed');
    return form.get('WebIdentityToken') === options.webToken?.()
      ? given(action, options.keys())
      : refusal(400, 'InvalidIdentityToken', 'The token included is not valid');
  }
  if (action !== 'AssumeRole') return refusal(400, 'InvalidAction', action);
  if (options.externalId !== undefined && form.get('ExternalId') !== options.externalId) {
    return refusal(403, 'AccessDenied', 'not authorized to perform: sts:AssumeRole');
  }
  return checkSignature(call, options) ?? given(action, options.keys());
}

function checkSignature(
  call: ServiceCall,
  { caller, region, ahead = 0 }: StsOptions,
): ServiceAnswer | undefined {
  const parsed = parseAuthorization(call.headers.get('authorization') ?? '');
  if (parsed === undefined)
    return refusal(403, 'MissingAuthenticationToken', 'Request is missing a signature');
  const { scope, signedHeaders, signature } = parsed;
  if (scope.accessKeyId !== caller.id || call.headers.get('x-amz-security-token') !== caller.token) {
    return refusal(403, 'InvalidClientTokenId', 'The security token included in the request is invalid.');
  }
  if (scope.region !== region || scope.service !== 'sts') {
    return refusal(403, 'SignatureDoesNotMatch', `Credential should be scoped to ${region}`);
  }
  for (const name of ['host', 'x-amz-date', 'content-type']) {
    if (!signedHeaders.includes(name)) return refusal(403, 'SignatureDoesNotMatch', `${name} must be signed`);
  }
  const stamp = call.headers.get('x-amz-date') ?? '';
  const sent = Date.parse(stamp.replace(/^(\d{4})(\d\d)(\d\dT\d\d)(\d\d)/, '$1-$2-$3:$4:'));
  if (!(Math.abs(sent - Date.now() - ahead) <= TOLERANCE)) {
    return refusal(
      403,
      'SignatureDoesNotMatch',
      `Signature expired: ${stamp} is now earlier than now - 15 min.`,
    );
  }
  const head = { method: call.method, rawPath: call.path, rawQuery: '', headers: call.headers };
  const hash = createHash('sha256').update(call.body).digest('hex');
  const text = stringToSign(
    scope,
    call.headers.get('x-amz-date') ?? '',
    canonicalRequest(head, signedHeaders, hash),
  );
  return signatureOf(caller.secret, scope, text) === signature
    ? undefined
    : refusal(403, 'SignatureDoesNotMatch', 'The request signature we calculated does not match');
}

function given(action: string, keys: GivenKeys): ServiceAnswer {
  return {
    status: 200,
    body: `<${action}Response xmlns="https://sts.amazonaws.com/doc/2011-06-15/"><${action}Result>
<AssumedRoleUser><Arn>arn:aws:sts::123456789012:assumed-role/x/y</Arn></AssumedRoleUser><Credentials>
<AccessKeyId>${keys.AccessKeyId}</AccessKeyId><SecretAccessKey>${keys.SecretAccessKey}</SecretAccessKey>
<SessionToken>${keys.Token}</SessionToken><Expiration>${keys.Expiration}</Expiration>
</Credentials></${action}Result><ResponseMetadata><RequestId>1</RequestId></ResponseMetadata></${action}Response>`,
  };
}

function identity({ caller }: StsOptions): ServiceAnswer {
  return {
    status: 200,
    body: `<GetCallerIdentityResponse xmlns="https://sts.amazonaws.com/doc/2011-06-15/"><GetCallerIdentityResult>
<Arn>arn:aws:iam::123456789012:user/${caller.id}</Arn><UserId>AIDA123</UserId><Account>123456789012</Account>
</GetCallerIdentityResult><ResponseMetadata><RequestId>1</RequestId></ResponseMetadata></GetCallerIdentityResponse>`,
  };
}

function refusal(status: number, code: string, message: string): ServiceAnswer {
  return {
    status,
    body: `<ErrorResponse xmlns="https://sts.amazonaws.com/doc/2011-06-15/"><Error><Type>Sender</Type><Code>${code}</Code><Message>${message}</Message></Error><RequestId>1</RequestId></ErrorResponse>`,
  };
}
