import { isCertificateCode } from '../s3/errors/classify.ts';
import type { HintFacts } from '../s3/errors/hint-facts.ts';
import { objectHint } from './objects/hint.ts';
import { proxyHint } from './proxy-hint.ts';

type Hint = (facts: HintFacts) => string | undefined;

const WRONG_SECRET: Hint = () =>
  'the secret key does not belong to the access key id: check aws_secret_access_key, then url_style and region';

const BUCKET_IN_HOST: Hint = () =>
  'this provider requires the bucket in the host name: set url_style: virtual';

const WRONG_REGION: Hint = ({ serverRegion, region }) =>
  serverRegion === undefined
    ? `the region "${region}" is not the one of this server: set the option region`
    : `the server is in region "${serverRegion}", requests are signed for "${region}": set region: ${serverRegion}`;

const UNKNOWN_KEY_ID: Hint = () =>
  'the server does not know this access key id: check aws_access_key_id and endpoint';

const WRONG_TOKEN: Hint = () =>
  'the session token does not belong to the access key id, or is missing: check aws_session_token';

const BUCKET_NAME: Hint = ({ bucket }) =>
  `"${bucket}" is not a valid bucket name: it must be 3 to 63 lower-case letters, digits, hyphens and dots; correct the option bucket`;

const NO_ACCESS_POINT: Hint = ({ bucket }) =>
  `there is no such access point: check name, account and region in the option bucket (${bucket})`;

const STORAGE_FULL: Hint = () =>
  'the storage of the server is full: make room there, or delete old backups (delete_backup)';

const QUOTA: Hint = ({ bucket }) =>
  `the quota of the bucket ${bucket} or of its user is used up: raise it, or delete old backups (delete_backup)`;

const TOO_LARGE: Hint = () =>
  'the server, or a proxy in front of it, accepts only smaller objects or parts: lower backup_multipart_chunksize, or raise the limit there';

const CLIENT_CERTIFICATE: Hint = ({ host }) =>
  `set client_cert_file and client_key_file to a certificate that ${host} accepts; see its log for the reason`;

const BY_CODE: Readonly<Record<string, Hint>> = {
  AccessDenied: ({ bucket }) =>
    `the keys do not have this permission: check the policy of the user and of the bucket ${bucket}; some servers also say so when aws_secret_access_key or aws_access_key_id is wrong`,
  AllAccessDisabled: ({ bucket }) => `all access to the bucket ${bucket} is switched off: ask its owner`,
  AuthorizationHeaderMalformed: WRONG_REGION,
  InvalidRegionName: WRONG_REGION,
  PermanentRedirect: ({ serverRegion, bucket, region }) =>
    serverRegion === undefined
      ? `the bucket ${bucket} is at another address: check endpoint, region and url_style`
      : `the bucket ${bucket} is in region "${serverRegion}", not "${region}": set region: ${serverRegion}`,
  ExpiredToken: () => 'the session token has expired: get new temporary keys, or use permanent ones',
  InvalidToken: WRONG_TOKEN,
  // MinIO, also when there is no token.
  InvalidTokenId: WRONG_TOKEN,
  InvalidAccessKeyId: UNKNOWN_KEY_ID,
  SignatureDoesNotMatch: WRONG_SECRET,
  InvalidBucketName: BUCKET_NAME,
  NoSuchAccessPoint: NO_ACCESS_POINT,
  NoSuchBucket: (facts) =>
    facts.bucket.startsWith('arn:')
      ? NO_ACCESS_POINT(facts)
      : `create the bucket ${facts.bucket} on ${facts.host}, or correct the option bucket`,
  NoSuchKey: () =>
    'the object is not in the bucket: check folder and bucket, and whether the backup was deleted',
  RequestTimeTooSkewed: () =>
    'the clocks of this host and of the server differ too much: set them (chrony, ntp)',
  EntityTooLarge: TOO_LARGE,
  InvalidStorageClass: () => 'the server does not have this storage class: correct storage_class',
  InvalidTag: () => 'the server does not take these tags: correct tags',
  AccessControlListNotSupported: ({ bucket }) =>
    `the bucket ${bucket} does not take ACLs: leave out acl, or let it be bucket-owner-full-control`,
  'KMS.NotFoundException': () =>
    'the KMS key is not there: check sse_kms_key_id, and that the key is in the region of the bucket',
  'KMS.DisabledException': () =>
    'enable the KMS key that sse_kms_key_id or the bucket names, or name another one',
  InvalidObjectState: () =>
    'the object is in an archive class and must be brought back before it is read: set restore_from_archive and run gprestore again, whose set-up asks for all of them',
  GlacierExpeditedRetrievalNotAvailable: () =>
    'the expedited retrieval has no capacity left now: try again later, or set restore_from_archive: standard',
  InvalidArgument: () =>
    'the server rejects a value (see its message): check the characters of folder and file names, max_upload_parts and backup_multipart_chunksize',
  InvalidRequest: ({ bucket }) =>
    `the server rejects the request (its message says why): check the characters of folder and file names, and the settings of the bucket ${bucket}`,
  ChecksumNotAcknowledged: () =>
    'the server does not confirm CRC32 checksums: set checksum: auto, which then signs the data instead',
  NotImplemented: () =>
    'the server does not support this S3 function: try checksum: off, or another url_style',
  // versitygw, whose objects are files.
  ObjectParentIsFile: () =>
    "this server stores objects as files and can't store one below another: choose a folder that is not the key of an object",
  PreconditionFailed: () => 'the object was replaced or deleted while it was read: start again',
  SecondLevelDomainForbidden: BUCKET_IN_HOST,
  PathStyleDomainForbidden: BUCKET_IN_HOST,
  XAdminUserNotFound: UNKNOWN_KEY_ID,
  // s3s.
  NotSignedUp: UNKNOWN_KEY_ID,
  InsufficientStorage: STORAGE_FULL,
  // MinIO.
  XMinioStorageFull: STORAGE_FULL,
  // Ceph.
  QuotaExceeded: QUOTA,
  XMinioAdminBucketQuotaExceeded: QUOTA,
  ECONNREFUSED: ({ host }) =>
    `no program listens at ${host}: check host and port of endpoint, and that the server is running`,
  ENOTFOUND: ({ host }) => `the name ${nameOf(host)} is not known to DNS: check endpoint, region and bucket`,
  EAI_AGAIN: ({ host }) =>
    `no name server answers for ${nameOf(host)}: check /etc/resolv.conf and the network`,
  ECONNRESET: ({ host, scheme }) =>
    scheme === 'http'
      ? `${host} closed the connection: if it speaks https, write https:// in endpoint`
      : `${host} closed the connection: check the network and, if it speaks http, write http:// in endpoint`,
  EPROTO: ({ host }) => `${host} does not speak TLS on this port: for plain http write http:// in endpoint`,
  ESTALLED: ({ host, scheme }) =>
    `${host} accepts connections but sends nothing: check the network, a firewall, the load of the server, and that it speaks ${scheme} on this port`,
  ESHORT: ({ host }) =>
    `${host} sends answers that are too short or too long: check the server, and any proxy on the way`,
  EPROTOCOL: ({ host }) =>
    `${host} does not answer like an S3 server: check endpoint, and any proxy on the way`,
  EBADHOST: () =>
    'check endpoint and bucket; with an IP address in endpoint the bucket can not be in the host name: set url_style: path',
  ETOOLONG: ({ host }) =>
    `${host} does not answer like an S3 server: check endpoint, and any proxy on the way`,
  ENOTHTTP: ({ host }) => `${host} does not answer in HTTP on this port: check host and port of endpoint`,
  EPROXYREFUSED: () => 'the proxy refuses the connection: check host, user and password of http_proxy',
  ERR_PROXY_TUNNEL: () => 'the proxy cannot reach the server: see its log, and check endpoint',
  ECLIENTCERT: CLIENT_CERTIFICATE,
  // nginx: 400 with a page, after a handshake that went well.
  ClientCertificateRefused: CLIENT_CERTIFICATE,
  ETLSVERSION: ({ host }) =>
    `enable a newer version of TLS on ${host}; a server with TLS 1.2 alone needs tls_min_version: 1.2`,
  ETLSALERT: ({ host }) =>
    `if ${host} requires a client certificate, set client_cert_file and client_key_file; otherwise see its log: it may accept other cipher suites only`,
  CERT_HAS_EXPIRED: ({ host }) => `renew the certificate of ${host}, or set this host's clock if it is wrong`,
  CERT_NOT_YET_VALID: () => "set this host's clock (chrony, ntp): it is before the certificate's first day",
  DEPTH_ZERO_SELF_SIGNED_CERT: ({ host }) =>
    `the server's certificate is not trusted: if it is the right one, name its own PEM file in ca_file, or install one of an authority on ${host}`,
  UNABLE_TO_VERIFY_LEAF_SIGNATURE: ({ host }) =>
    `the server's certificate is not trusted: name its authority's PEM file in ca_file; if that is an intermediate authority, ${host} should send the complete chain`,
  ERR_TLS_CERT_ALTNAME_INVALID: ({ host }) =>
    `the server's certificate is not for ${nameOf(host)}: use a name of the certificate in endpoint, and url_style: path if the bucket is in the host name`,
};

const REDIRECT: Hint = ({ redirectedTo, scheme, host }) => {
  if (redirectedTo === undefined) {
    return 'the server redirects, and the plugin never sends credentials along a redirect: correct endpoint';
  }
  return scheme === 'http' && nameOf(redirectedTo) === `https://${nameOf(host)}`
    ? `the server wants https: write ${redirectedTo} in endpoint`
    : `the server redirects to ${redirectedTo}, and the plugin never sends credentials along a redirect: correct endpoint`;
};

const PROXY_LOGIN: Hint = ({ proxy }) =>
  `the proxy requires a user and a password: set ${proxy?.setting ?? 'http_proxy'}: http://user:password@host:port`;

const UNAVAILABLE: Hint = (facts) => gatewayHint(facts) ?? notRecovered(facts);

const BY_STATUS: Readonly<Record<number, Hint>> = {
  301: (facts) =>
    facts.redirectedTo === undefined || facts.ofStore || facts.serverRegion !== undefined
      ? BY_CODE['PermanentRedirect']?.(facts)
      : REDIRECT(facts),
  302: REDIRECT,
  303: REDIRECT,
  307: REDIRECT,
  308: REDIRECT,
  400: ({ scheme, host, ofStore }) =>
    scheme === 'http' && !ofStore
      ? `if ${host} speaks https on this port, write https:// in endpoint`
      : `${host} rejects the request (its message says why): check endpoint and region`,
  // tinyproxy says 401 where other proxies say 407.
  401: (facts) => (facts.proxy === undefined || facts.ofStore ? WRONG_SECRET(facts) : PROXY_LOGIN(facts)),
  403: ({ bucket }) =>
    `access to the bucket ${bucket} is refused: check the keys, the region, and the policy of the user and of the bucket`,
  404: ({ bucket }) => `check the bucket ${bucket}, the folder and url_style`,
  405: () => 'the server does not support this S3 function: check endpoint',
  407: PROXY_LOGIN,
  413: TOO_LARGE,
  502: UNAVAILABLE,
  503: UNAVAILABLE,
  504: UNAVAILABLE,
  507: STORAGE_FULL,
};

/** What a user can do about a failure; undefined when nothing is known that helps. */
export function hintFor(facts: HintFacts): string | undefined {
  const { status, code } = facts;
  const ofProxy = proxyHint(facts);
  if (ofProxy !== undefined) return ofProxy;
  // Servers report a wrong name in many ways, since each checks it at another place.
  const mayBeName = NAME_CODES.has(code) || (code === '' && status === 400);
  if (mayBeName && !isBucketName(facts.bucket)) return BUCKET_NAME(facts);
  const ofObject = objectHint(facts);
  if (ofObject !== undefined) return ofObject;
  const byCode = Object.hasOwn(BY_CODE, code) ? BY_CODE[code] : undefined;
  if (byCode !== undefined) return byCode(facts);
  if (isCertificateCode(code)) {
    return "the server's certificate is not trusted: name its authority's PEM file in ca_file";
  }
  const byStatus = status === undefined ? undefined : BY_STATUS[status];
  return byStatus === undefined ? notRecovered(facts) : byStatus(facts);
}

/** The same for a TLS connection to another server than the store's; undefined for what is not about TLS. */
export function tlsHintFor(code: string, host: string): string | undefined {
  const isKnown = isCertificateCode(code) || /^(ECLIENTCERT|ETLS[A-Z]+|ClientCertificateRefused)$/.test(code);
  // The names of a certificate say nothing about options: each server has another one.
  if (!isKnown || code === 'ERR_TLS_CERT_ALTNAME_INVALID') return undefined;
  return hintFor({
    status: undefined,
    code,
    ofStore: false,
    scheme: 'https',
    host,
    bucket: '',
    region: '',
    proxy: undefined,
    serverRegion: undefined,
    redirectedTo: undefined,
    retryable: false,
  });
}

/** Every code and HTTP status that has a hint of its own, with that hint. */
export function hintsByCode(facts: HintFacts): readonly (readonly [code: string, hint: string])[] {
  const statuses = Object.entries(BY_STATUS).map(([status, hint]) => [`HTTP ${status}`, hint] as const);
  return [...Object.entries(BY_CODE), ...statuses].flatMap(([code, hint]) => {
    const text = hint(facts);
    return text === undefined ? [] : [[code, text] as const];
  });
}

/** Of a bucket that is not there, or whose name the server does not take. */
const NAME_CODES = new Set(['NoSuchBucket', 'NotFound', 'InvalidURI']);

/**
 * The names that S3 allows for new buckets (S3 User Guide, "Bucket naming rules"), with a tenant of Ceph in front or
 * not. An ARN was checked when it was read.
 */
function isBucketName(name: string): boolean {
  return name.startsWith('arn:') || /^(?:[\w.-]*:)?[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]$/.test(name);
}

/** A gateway's page instead of an S3 answer. */
function gatewayHint({ ofStore, proxy, host }: HintFacts): string | undefined {
  if (ofStore || proxy === undefined) return undefined;
  return `this answer is from the proxy ${proxy.address} or from ${host}: see the log of the proxy, and check endpoint`;
}

function notRecovered({ retryable, host }: HintFacts): string | undefined {
  return retryable
    ? `${host} did not recover in time: see the log of the server, or raise retry_timeout`
    : undefined;
}

/** A host without its port. */
function nameOf(host: string): string {
  return host.replace(/:\d+$/, '');
}
