import { timingSafeEqual } from 'node:crypto';
import type { RequestHead } from '../http/request.ts';
import { unsignedPayload } from './integrity.ts';
import type { Credential } from './options.ts';
import type { Profile } from './profiles/profile.ts';
import { S3Error } from './s3-error.ts';
import {
  canonicalRequest,
  type ParsedAuthorization,
  parseAuthorization,
  signatureAlgorithm,
  signatureOf,
  stringToSign,
} from './signature.ts';

export interface AuthenticationSettings {
  readonly region: string;
  readonly credentials: readonly Credential[];
  readonly profile: Profile | undefined;
}

/** "The request time must be within 15 minutes of the server's": S3 User Guide, "Troubleshooting", RequestTimeTooSkewed. */
const maxSkewMilliseconds = 15 * 60 * 1000;

/**
 * Who sent the request.
 * @throws S3Error for everything that is not exactly in order: see "Authenticating Requests (AWS Signature Version 4)"
 * in the S3 API Reference, and its list of error codes
 */
export function authenticate(head: RequestHead, settings: AuthenticationSettings, now: Date): Credential {
  const header = head.headers.get('authorization');
  if (header === undefined) throw new S3Error('AccessDenied');
  if (!header.startsWith(signatureAlgorithm)) {
    throw new S3Error(
      'InvalidRequest',
      `The authorization mechanism you have provided is not supported. Please use ${signatureAlgorithm}.`,
    );
  }
  const authorization = parseAuthorization(header);
  if (authorization === undefined) throw new S3Error('AuthorizationHeaderMalformed');
  checkScope(authorization, settings);
  const payloadHash = checkPayloadHash(head.headers.get('x-amz-content-sha256'));
  const timestamp = head.headers.get('x-amz-date');
  if (timestamp === undefined) {
    throw new S3Error('AccessDenied', 'AWS authentication requires a valid Date or x-amz-date header');
  }
  const requestTime = checkTimestamp(timestamp, authorization);
  checkSignedHeaders(head, authorization);
  const credential = settings.credentials.find(
    (candidate) => candidate.accessKeyId === authorization.scope.accessKeyId,
  );
  if (credential === undefined) {
    throw new S3Error('InvalidAccessKeyId', undefined, {
      fields: { AWSAccessKeyId: authorization.scope.accessKeyId },
    });
  }
  if (Math.abs(requestTime.getTime() - now.getTime()) > maxSkewMilliseconds) {
    throw new S3Error('RequestTimeTooSkewed', undefined, {
      fields: {
        RequestTime: timestamp,
        ServerTime: now.toISOString(),
        MaxAllowedSkewMilliseconds: String(maxSkewMilliseconds),
      },
    });
  }
  checkSessionToken(head.headers.get('x-amz-security-token'), credential);
  checkSignature(head, authorization, timestamp, payloadHash, credential);
  return credential;
}

function checkScope({ scope }: ParsedAuthorization, { region, profile }: AuthenticationSettings): void {
  const regions = profile === undefined ? [region] : profile.regions;
  if (regions !== undefined && !regions.includes(scope.region)) {
    if (profile?.wrongRegion !== undefined)
      throw new S3Error(profile.wrongRegion.code, profile.wrongRegion.message);
    throw new S3Error(
      'AuthorizationHeaderMalformed',
      `The authorization header is malformed; the region '${scope.region}' is wrong; expecting '${region}'`,
      { fields: { Region: region }, headers: { 'x-amz-bucket-region': region } },
    );
  }
  if (scope.service !== 's3') {
    throw new S3Error(
      'AuthorizationHeaderMalformed',
      `The authorization header is malformed; incorrect service "${scope.service}". This endpoint belongs to "s3".`,
    );
  }
}

/** @returns the header, which every request must have: the signature covers it in place of the body */
function checkPayloadHash(header: string | undefined): string {
  if (header === undefined) {
    throw new S3Error('InvalidRequest', 'Missing required header for this request: x-amz-content-sha256');
  }
  if (header.startsWith('STREAMING-')) {
    throw new S3Error('NotImplemented', `x-amz-content-sha256 ${header} is not implemented.`);
  }
  if (header !== unsignedPayload && !/^[0-9a-f]{64}$/.test(header)) {
    throw new S3Error(
      'InvalidArgument',
      'x-amz-content-sha256 must be UNSIGNED-PAYLOAD, STREAMING-AWS4-HMAC-SHA256-PAYLOAD, or a valid sha256 value.',
      { fields: { ArgumentName: 'x-amz-content-sha256', ArgumentValue: header } },
    );
  }
  return header;
}

function checkTimestamp(timestamp: string, { scope }: ParsedAuthorization): Date {
  const [, year, month, day, hour, minute, second] =
    /^(\d{4})(\d\d)(\d\d)T(\d\d)(\d\d)(\d\d)Z$/.exec(timestamp) ?? [];
  const time = new Date(`${year}-${month}-${day}T${hour}:${minute}:${second}Z`);
  if (Number.isNaN(time.getTime())) {
    throw new S3Error('AccessDenied', 'AWS authentication requires a valid Date or x-amz-date header');
  }
  if (!timestamp.startsWith(scope.date)) {
    throw new S3Error(
      'AuthorizationHeaderMalformed',
      `The authorization header is malformed; Invalid credential date "${scope.date}". This date is not the same as X-Amz-Date: "${timestamp}".`,
    );
  }
  return time;
}

/** "The CanonicalHeaders list must include the HTTP host header and any x-amz-* headers that are in the request." */
function mustBeSigned(name: string): boolean {
  return name === 'host' || name.startsWith('x-amz-');
}

function checkSignedHeaders(head: RequestHead, { signedHeaders }: ParsedAuthorization): void {
  const unsigned = [...head.headers.keys()].filter(
    (name) => mustBeSigned(name) && !signedHeaders.includes(name),
  );
  if (unsigned.length > 0) {
    throw new S3Error('AccessDenied', 'There were headers present in the request which were not signed', {
      fields: { HeadersNotSigned: unsigned.join(', ') },
    });
  }
}

function checkSessionToken(token: string | undefined, credential: Credential): void {
  if (token !== credential.sessionToken) throw new S3Error('InvalidToken');
  if (credential.expired === true) throw new S3Error('ExpiredToken');
}

function checkSignature(
  head: RequestHead,
  { scope, signedHeaders, signature }: ParsedAuthorization,
  timestamp: string,
  payloadHash: string,
  credential: Credential,
): void {
  const canonical = canonicalRequest(head, signedHeaders, payloadHash);
  const text = stringToSign(scope, timestamp, canonical);
  const expected = Buffer.from(signatureOf(credential.secretAccessKey, scope, text));
  const given = Buffer.from(signature);
  if (given.length === expected.length && timingSafeEqual(given, expected)) return;
  throw new S3Error('SignatureDoesNotMatch', undefined, {
    fields: {
      AWSAccessKeyId: scope.accessKeyId,
      StringToSign: text,
      SignatureProvided: signature,
      CanonicalRequest: canonical,
    },
  });
}
