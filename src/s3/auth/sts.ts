import { hostname } from 'node:os';
import { PROGRAM } from '../../base/product.ts';
import type { Verdict } from '../errors/classify.ts';
import { FailedAnswer, pageOfGateway } from '../errors/failed-answer.ts';
import { TransportError } from '../http/transport-error.ts';
import { isAwsRegion, stsHostOf } from '../providers/partitions.ts';
import { children, childText, parseXml, type XmlElement } from '../xml.ts';
import type { Credentials } from './credentials.ts';
import { ask, type SourceAnswer, type SourceRequest } from './exchange.ts';
import { foundOf } from './given-keys.ts';
import { Signer, sha256Hex } from './signer.ts';
import { type Found, isLinkLocal, type Role, SourceError, type SourceParts, variable } from './source.ts';

export const VERSION = '2011-06-15';
const FORM = 'application/x-www-form-urlencoded; charset=utf-8';
export const FIRST_PATIENCE = 10_000;
/** A clock that is further off than this makes STS refuse a signature: milliseconds. */
const CLOCK_TOLERANCE = 240_000;

/** AssumeRole, signed with other credentials. */
export async function assumeRole(
  parts: SourceParts,
  signal: AbortSignal,
  role: Role,
  credentials: Credentials,
): Promise<Found> {
  const place = placeOf(parts, role);
  const clock = { offset: 0 };
  const body = formOf('AssumeRole', role, { DurationSeconds: role.duration, ExternalId: role.externalId });
  const request = signedForms(place, body, credentials, clock);
  return await askSts(parts, signal, { place, role, action: 'AssumeRole', clock }, request);
}

/** Makes a request that posts a form, signed for each try. @param clock milliseconds that the server's is ahead */
export function signedForms(
  { host, path, url, region }: Place,
  body: Uint8Array<ArrayBuffer>,
  credentials: Credentials,
  clock: { readonly offset: number } = { offset: 0 },
): () => SourceRequest {
  const signer = new Signer(region, 'sts');
  const signed = {
    method: 'POST',
    path,
    query: '',
    headers: { host, 'content-type': FORM },
    payloadHash: sha256Hex(body),
  } as const;
  return () => ({
    method: 'POST',
    url,
    body,
    headers: withoutHost(signer.sign(signed, credentials, new Date(Date.now() + clock.offset))),
  });
}

/** AssumeRoleWithWebIdentity: the token is all that it needs. @param readToken reads it again for each try */
export async function assumeRoleWithWebIdentity(
  parts: SourceParts,
  signal: AbortSignal,
  role: Role,
  readToken: () => string,
): Promise<Found> {
  const place = placeOf(parts, role);
  const action = 'AssumeRoleWithWebIdentity';
  const request = (): SourceRequest => ({
    method: 'POST',
    url: place.url,
    headers: { 'content-type': FORM },
    body: formOf(action, role, { DurationSeconds: role.duration, WebIdentityToken: readToken() }),
  });
  return await askSts(parts, signal, { place, role, action, clock: { offset: 0 } }, request);
}

interface Call {
  readonly place: Place;
  readonly role: Role;
  readonly action: 'AssumeRole' | 'AssumeRoleWithWebIdentity';
  /** Milliseconds that the server's clock is ahead. */
  readonly clock: { offset: number };
}

async function askSts(
  parts: SourceParts,
  signal: AbortSignal,
  { place, role, action, clock }: Call,
  request: () => SourceRequest,
): Promise<Found> {
  const asking = {
    who: `STS at ${place.host}, ${action} of ${role.arn},`,
    firstPatience: FIRST_PATIENCE,
    direct: isLinkLocal(new URL(place.url).hostname),
    state: { reached: false },
    failureOf: failureOf,
    verdictOf: (failure: FailedAnswer): Verdict | undefined => {
      // STS calls a signature of another time a wrong one, or says that the request has expired.
      const date = Date.parse(failure.headers.get('date') ?? '');
      const offset = date - Date.now();
      if (failure.status >= 500 || !(Math.abs(offset - clock.offset) > CLOCK_TOLERANCE)) return undefined;
      clock.offset = offset;
      return 'server clock';
    },
    hintOf: (failure: FailedAnswer | TransportError): string | undefined =>
      hintOf(failure, action, place.region),
  };
  return await ask(parts, asking, signal, request, ({ text, headers }) =>
    readAnswer(text, action, headers.get('date')),
  );
}

/** Where STS is, and what requests are signed for there. */
interface Place {
  readonly host: string;
  /** As it is sent and signed. */
  readonly path: string;
  readonly url: string;
  readonly region: string;
}

/** The region of the store comes first: a role's sign-in belongs to the partition that the bucket is in. */
export function placeOf(parts: SourceParts, role: Pick<Role, 'region'>): Place {
  const set = parts.settings.sts;
  const named = variable(parts, 'AWS_ENDPOINT_URL_STS');
  const url = set?.url ?? (named === undefined ? undefined : URL.parse(named));
  if (url === null || (url !== undefined && !/^https?:$/.test(url.protocol)))
    throw new SourceError('AWS_ENDPOINT_URL_STS is not a URL');
  const candidates = [
    ...(url === undefined ? [] : [regionIn(url.hostname), set?.region]),
    parts.region,
    variable(parts, 'AWS_REGION'),
    variable(parts, 'AWS_DEFAULT_REGION'),
    role.region,
  ].filter((region) => region !== undefined && /^[A-Za-z0-9_-]+$/.test(region));
  const region = candidates[0] ?? 'us-east-1';
  if (url !== undefined) {
    const path = url.pathname;
    return { host: url.host, path, url: `${url.origin}${path}`, region };
  }
  const host = awsHostOf(parts, region);
  return { host, path: '/', url: `https://${host}/`, region };
}

/** Of STS's own hosts, and of their VPC endpoints: `vpce-0123-abcd.sts.eu-west-1.vpce.amazonaws.com`. */
function regionIn(host: string): string | undefined {
  const region = /(?:^|\.)sts(?:-fips)?\.([a-z0-9-]+)\./.exec(host)?.[1];
  return region !== undefined && isAwsRegion(region) ? region : undefined;
}

/** @throws {SourceError} where AWS has no host as it is wanted */
function awsHostOf({ dualStack, fips }: SourceParts, region: string): string {
  const host = stsHostOf(region, dualStack, fips);
  if (host !== undefined) return host;
  throw new SourceError(`STS has no FIPS host in the region "${region}"`, {
    hint: 'leave out fips, or name an STS that has one in sts_endpoint, such as https://sts-fips.us-east-1.amazonaws.com',
  });
}

function formOf(
  action: string,
  role: Role,
  more: Readonly<Record<string, string | undefined>>,
): Uint8Array<ArrayBuffer> {
  const form = new URLSearchParams({
    Action: action,
    Version: VERSION,
    RoleArn: role.arn,
    RoleSessionName: role.sessionName ?? defaultSessionName(),
  });
  for (const [name, value] of Object.entries(more)) if (value !== undefined) form.set(name, value);
  return new TextEncoder().encode(form.toString());
}

/** Shows in CloudTrail which host it was. */
function defaultSessionName(): string {
  return `${PROGRAM.split('_')[0]}-${hostname().replace(/[^\w+=,.@-]/g, '-')}`.slice(0, 64);
}

/** The runtime sets it itself, to the same value. */
function withoutHost({ host: _host, ...headers }: Record<string, string>): Record<string, string> {
  return headers;
}

function readAnswer(text: string, action: string, date: string | null): Found {
  const element = documentOf(text, `${action}Response`);
  const keys = childOf(childOf(element, `${action}Result`), 'Credentials');
  const id = childText(keys, 'AccessKeyId')?.trim() ?? '';
  const secret = childText(keys, 'SecretAccessKey')?.trim() ?? '';
  const token = childText(keys, 'SessionToken')?.trim() ?? '';
  const end = childText(keys, 'Expiration')?.trim() ?? '';
  if (id === '' || secret === '' || token === '') {
    throw new TransportError('EPROTOCOL', 'it gave no AccessKeyId, SecretAccessKey and SessionToken');
  }
  return foundOf({ id, secret, token }, end === '' ? undefined : end, date);
}

/** @throws {TransportError} EPROTOCOL, without anything of the text: it may have keys in it */
export function documentOf(text: string, root: string): XmlElement {
  try {
    return parseXml(text, [root]).element;
  } catch {
    throw new TransportError('EPROTOCOL', `its answer is not a whole ${root} in XML`);
  }
}

export function childOf(element: XmlElement, name: string): XmlElement {
  return children(element, name)[0] ?? {};
}

export async function failureOf(status: number, { text, headers }: SourceAnswer): Promise<FailedAnswer> {
  try {
    const { element } = parseXml(text, ['ErrorResponse']);
    const error = childOf(element, 'Error');
    return new FailedAnswer(status, headers, {
      code: childText(error, 'Code')?.trim().slice(0, 100),
      message: childText(error, 'Message')
        ?.trim()
        .replace(/[\s.]+$/, '')
        .slice(0, 300),
      requestId: childText(element, 'RequestId')?.trim(),
    });
  } catch {
    // A proxy's page: the status decides.
    return new FailedAnswer(status, headers, pageOfGateway(text));
  }
}

function hintOf(
  failure: FailedAnswer | TransportError,
  action: Call['action'],
  region: string,
): string | undefined {
  if (failure instanceof TransportError) {
    // Who signs in with a token alone has tried one source of several, and would be shown the others.
    return action === 'AssumeRole' ? undefined : 'every host must reach STS and trust its certificate';
  }
  // MinIO: "the region is wrong", with a code that means nothing; AWS: "Credential should be scoped to a valid region".
  if (/region is wrong|scoped to/i.test(failure.message)) {
    return `requests to STS are signed for the region ${region}: set region to the one that the server has`;
  }
  switch (failure.code) {
    case 'AccessDenied':
      return action === 'AssumeRole'
        ? "the role's trust policy must name whoever assumes it, and that one's policy must allow sts:AssumeRole"
        : "the role's trust policy must allow sts:AssumeRoleWithWebIdentity to this token's issuer and subject";
    case 'InvalidClientTokenId':
    case 'UnrecognizedClientException':
      return 'STS does not know the access key id: check whose keys assume the role, and that the region is one of their partition';
    case 'RegionDisabledException':
      return 'switch the region on in the account settings of IAM, or name another region';
    default:
      return undefined;
  }
}
