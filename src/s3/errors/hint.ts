import { isCertificateCode } from './classify.ts';

/** What a hint may refer to. */
export interface HintContext {
  readonly scheme: 'http' | 'https';
  readonly host: string;
  readonly bucket: string;
  readonly region: string;
  /** What names the proxy that requests go through: an option or a variable. */
  readonly proxied: string | false;
  /** The region that the server named in its answer. */
  readonly serverRegion: string | undefined;
  readonly retryable: boolean;
}

type Hint = (context: HintContext) => string;

const WRONG_SECRET: Hint = () =>
  'the secret key does not belong to the access key id: check aws_secret_access_key, and that url_style and region are right';

const BUCKET_IN_HOST: Hint = () => 'this provider wants the bucket in the host name: set url_style: virtual';

const WRONG_REGION: Hint = ({ serverRegion, region }) =>
  serverRegion === undefined
    ? `the region "${region}" does not fit this server: set the option region`
    : `the server is in region "${serverRegion}", requests are signed for "${region}": set region: ${serverRegion}`;

const UNKNOWN_KEY_ID: Hint = () =>
  'the server does not know this access key id: check aws_access_key_id and endpoint';

const WRONG_TOKEN: Hint = () =>
  'the session token does not belong to the access key id, or is missing: check aws_session_token';

const BY_CODE: Readonly<Record<string, Hint>> = {
  AccessDenied: ({ bucket }) =>
    `the keys may not do this: check the policy of the user and of the bucket ${bucket} (README.md, "Permissions"); some servers say so of a wrong aws_secret_access_key or aws_access_key_id too`,
  AllAccessDisabled: ({ bucket }) => `all access to the bucket ${bucket} is switched off: ask its owner`,
  AuthorizationHeaderMalformed: WRONG_REGION,
  InvalidRegionName: WRONG_REGION,
  PermanentRedirect: ({ serverRegion, bucket, region }) =>
    serverRegion === undefined
      ? `the bucket ${bucket} is to be addressed elsewhere: check endpoint, region and url_style`
      : `the bucket ${bucket} is in region "${serverRegion}", not "${region}": set region: ${serverRegion}`,
  ExpiredToken: () => 'the session token has expired: get new temporary keys, or use lasting ones',
  InvalidToken: WRONG_TOKEN,
  // MinIO, also when there is no token.
  InvalidTokenId: WRONG_TOKEN,
  InvalidAccessKeyId: UNKNOWN_KEY_ID,
  SignatureDoesNotMatch: WRONG_SECRET,
  NoSuchBucket: ({ bucket, host }) => `create the bucket ${bucket} on ${host}, or correct the option bucket`,
  NoSuchKey: () =>
    'the object is not in the bucket: check folder and bucket, and whether the backup was deleted',
  RequestTimeTooSkewed: () =>
    "this host's clock differs too much from the server's: set it right (chrony, ntp)",
  EntityTooLarge: () =>
    'the server takes smaller objects or parts only: set backup_multipart_chunksize lower',
  InvalidArgument: () =>
    'the server refuses a value, which its message tells: check the characters of folder and file names, max_upload_parts and backup_multipart_chunksize',
  InvalidRequest: ({ bucket }) =>
    `the server refuses the request, and its message tells why: check the characters of folder and file names, and the settings of the bucket ${bucket}`,
  NotImplemented: () => 'the server lacks this function of S3: checksum: off or url_style may help',
  // versitygw, whose objects are files.
  ObjectParentIsFile: () =>
    'this server keeps no object below the name of another: choose a folder that is not the key of an object',
  PreconditionFailed: () => 'the object was replaced or deleted while it was read: start again',
  SecondLevelDomainForbidden: BUCKET_IN_HOST,
  PathStyleDomainForbidden: BUCKET_IN_HOST,
  XAdminUserNotFound: UNKNOWN_KEY_ID,
  // s3s.
  NotSignedUp: UNKNOWN_KEY_ID,
  ECONNREFUSED: ({ host, proxied }) =>
    proxied !== false
      ? `no program answers at the proxy: check ${proxied}, and that the proxy runs`
      : `no program answers at ${host}: check host and port of endpoint, and that the server runs`,
  ENOTFOUND: ({ host, proxied }) =>
    proxied !== false
      ? `the name of the proxy is not known to DNS: check ${proxied}`
      : `the name ${host} is not known to DNS: check endpoint, region and bucket`,
  EAI_AGAIN: ({ host }) => `no name server answers for ${host}: check /etc/resolv.conf and the network`,
  ECONNRESET: ({ host, scheme }) =>
    scheme === 'http'
      ? `${host} closed the connection: if it speaks https, set encryption: on or write https:// in endpoint`
      : `${host} closed the connection: check the network and, if it speaks http, set encryption: off`,
  EPROTO: ({ host }) => `${host} does not speak TLS on this port: for plain http set encryption: off`,
  ESTALLED: ({ host, scheme }) =>
    `${host} is reachable but stands still: check the network, a firewall, the load of the server, and that it speaks ${scheme} on this port`,
  ESHORT: ({ host }) => `${host} sends broken answers: check the server and a proxy on the way`,
  ETOOLONG: ({ host }) => `is ${host} an S3 server? check endpoint, and a proxy on the way`,
  EPROTOCOL: ({ host }) => `is ${host} an S3 server? check endpoint, and a proxy on the way`,
  EPROXYREFUSED: ({ proxied }) =>
    `the proxy refuses: check host, user and password of ${settingOf(proxied)}, and what the proxy allows`,
  ERR_PROXY_TUNNEL: () => 'the proxy can not reach the server: see its log, and check endpoint',
  ERR_TLS_CERT_ALTNAME_INVALID: ({ host }) =>
    `the server's certificate is not for ${host}: check endpoint, and url_style: path if the bucket is in the host name`,
};

const BY_STATUS: Readonly<Record<number, Hint>> = {
  301: (context) => BY_CODE['PermanentRedirect']?.(context) ?? '',
  307: () => 'the server redirects, which is not followed with credentials: correct endpoint',
  400: ({ scheme, host }) =>
    scheme === 'http'
      ? `if ${host} speaks https on this port, set encryption: on or write https:// in endpoint`
      : `${host} refuses the request: check endpoint and region`,
  401: WRONG_SECRET,
  403: ({ bucket }) =>
    `access to the bucket ${bucket} is refused: check the keys, the region, and the policy of user and bucket`,
  404: ({ bucket }) => `check the bucket ${bucket}, the folder and url_style`,
  405: () => 'the server lacks this function of S3',
  407: ({ proxied }) =>
    `the proxy wants a user and a password: ${settingOf(proxied)}: http://user:password@host:port`,
};

function settingOf(proxied: string | false): string {
  return proxied === false ? 'http_proxy' : proxied;
}

/** What a user can do about a failure; undefined when nothing is known that helps. */
export function hintFor(status: number | undefined, code: string, context: HintContext): string | undefined {
  const byCode = Object.hasOwn(BY_CODE, code) ? BY_CODE[code] : undefined;
  if (byCode !== undefined) return byCode(context);
  if (isCertificateCode(code)) {
    return "the server's certificate is not trusted: name its authority's PEM file in ca_file";
  }
  const byStatus = status === undefined ? undefined : BY_STATUS[status];
  if (byStatus !== undefined) return byStatus(context);
  return context.retryable
    ? `${context.host} did not recover in time: see the server's log; retry_timeout may be raised`
    : undefined;
}
