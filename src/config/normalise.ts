import { printable } from '../base/printable.ts';
import { Secret } from '../base/secret.ts';
import type { Config, EndpointConfig, StaticKeys } from './config.ts';
import { type OptionValues, readOptions } from './option-values.ts';
import { isOptionName } from './options.ts';
import type { RawConfig } from './raw-config.ts';

/** A usable config, or everything that is wrong with the file. */
export type Normalised = { readonly config: Config } | { readonly problems: readonly string[] };

/**
 * Turns the texts of a config file into a complete, typed {@link Config}. All problems are collected, each
 * naming the option, its value (never a secret's) and what is allowed.
 */
export async function normalise(raw: RawConfig): Promise<Normalised> {
  if (raw.problems.length > 0) return { problems: raw.problems };
  const problems: string[] = [];
  const warnings: string[] = [];
  checkTop(raw.top, problems, warnings);
  const read = await readOptions(raw.options, problems);
  const endpoint = readEndpoint(read, problems);
  const endpointSource = readUrl('endpoint_source', read.endpoint_source, problems);
  const proxy = readUrl('http_proxy', read.http_proxy, problems);
  const keys = readKeys(read, problems);
  const folder = (read.folder ?? '').replace(/^\/+|\/+$/g, '');
  checkNames(read, folder, problems);
  if (problems.length > 0) return { problems };
  const values = read as OptionValues;
  if (values.password_encryption) {
    warnings.push('password_encryption is on: S3 keys are used as they are written, not decrypted');
  }
  if (!values.verify_tls) warnings.push('verify_tls is off: the certificate of the server is not checked');
  return {
    config: {
      bucket: values.bucket,
      folder,
      connection: {
        region: values.region,
        endpoint,
        awsScheme: values.encryption ? 'https' : 'http',
        dualStack: values.dual_stack,
        endpointSource,
        urlStyle: values.url_style,
        hostNamesBucket: values.remove_duplicate_bucket,
        keys,
        proxy: proxy === undefined ? undefined : new Secret(proxy.href),
        payloadSigning: values.payload_signing,
        checksum: values.checksum,
        caFile: values.ca_file,
        verifyTls: values.verify_tls,
        retryTimeout: values.retry_timeout,
        maxRetries: values.max_request_retries,
      },
      backup: {
        partSize: values.backup_multipart_chunksize,
        concurrency: values.backup_max_concurrent_requests,
        maxParts: values.max_upload_parts,
      },
      restore: {
        rangeSize: values.restore_multipart_chunksize,
        concurrency: values.restore_max_concurrent_requests,
      },
      maxMemory: values.max_memory,
      uploadSecrets: values.upload_secrets,
      logVerbosity: values.logger_verbosity,
      warnings,
    },
  };
}

function checkTop(top: ReadonlyMap<string, string>, problems: string[], warnings: string[]): void {
  if ((top.get('executablepath') ?? '') === '') problems.push('"executablepath" is missing');
  for (const name of top.keys()) {
    if (name === 'executablepath') continue;
    if (isOptionName(name)) problems.push(`"${name}" belongs under "options:"`);
    else warnings.push(`the entry "${printable(name)}" beside "options" is not known and not used`);
  }
}

/** Names that would build a wrong URL or a key outside the folder. */
function checkNames(read: Partial<OptionValues>, folder: string, problems: string[]): void {
  const { bucket, region } = read;
  if (bucket !== undefined && !/^[A-Za-z0-9][A-Za-z0-9._-]*$/.test(bucket)) {
    problems.push(
      `option "bucket" is "${printable(bucket)}": must be letters, digits, dots, hyphens and underscores`,
    );
  }
  if (region !== undefined && !/^[A-Za-z0-9_-]+$/.test(region)) {
    problems.push(
      `option "region" is "${printable(region)}": must be letters, digits, hyphens and underscores`,
    );
  }
  if (region === undefined && read.endpoint === undefined && read.endpoint_source === undefined) {
    problems.push('one of "region" (for AWS) and "endpoint" (for any other server) must be given');
  }
  const unusable =
    folder === '' || folder.split('/').some((part) => part === '' || part === '.' || part === '..');
  if (read.folder !== undefined && (unusable || /\p{Cc}/u.test(folder))) {
    problems.push(
      `option "folder" is "${printable(read.folder)}": must be a path without empty, "." or ".." parts`,
    );
  }
}

function readEndpoint(read: Partial<OptionValues>, problems: string[]): EndpointConfig | undefined {
  const secure = read.encryption ?? true;
  if (read.endpoint === undefined) {
    if (read.endpoint_source === undefined) return undefined;
    return { scheme: secure ? 'https' : 'http', host: '' };
  }
  const written = /^[a-z][a-z0-9+.-]*:\/\//i.test(read.endpoint)
    ? read.endpoint
    : `${secure ? 'https' : 'http'}://${read.endpoint}`;
  const url = readUrl('endpoint', written, problems);
  if (url === undefined) return undefined;
  const extra = `${url.search}${url.hash}${url.username}${url.password}`;
  if (url.pathname !== '/' || extra !== '') {
    problems.push(
      'option "endpoint": must be a scheme, a host and a port only, without a path, a query or a user',
    );
  }
  return { scheme: url.protocol === 'https:' ? 'https' : 'http', host: url.host };
}

/** An http or https URL. The value is not shown when it can't be read: a proxy's holds a password. */
function readUrl(name: string, text: string | undefined, problems: string[]): URL | undefined {
  if (text === undefined) return undefined;
  // The parser would leave control characters out, and take `s3.ex\nample` for another host.
  const url = /\p{Cc}/u.test(text)
    ? null
    : URL.parse(/^[a-z][a-z0-9+.-]*:\/\//i.test(text) ? text : `http://${text}`);
  if (url !== null && (url.protocol === 'http:' || url.protocol === 'https:') && url.hostname !== '')
    return url;
  const shown = name === 'http_proxy' || text.includes('@') ? '' : ` is "${printable(text)}"`;
  problems.push(`option "${name}"${shown}: must be http://host[:port] or https://host[:port]`);
  return undefined;
}

function readKeys(read: Partial<OptionValues>, problems: string[]): StaticKeys | undefined {
  const { aws_access_key_id: id, aws_secret_access_key: secret, aws_session_token: token } = read;
  const visible = /^[\x21-\x7e]+$/;
  for (const [name, text] of [
    ['aws_access_key_id', id],
    ['aws_session_token', token?.reveal()],
  ] as const) {
    // Both travel in headers. The secret key itself does not: a wrong one is the server's to refuse.
    if (text !== undefined && !visible.test(text)) {
      problems.push(`option "${name}" must be letters, digits and signs of ASCII, without blanks`);
    }
  }
  if (id !== undefined && secret !== undefined) {
    return { accessKeyId: id, secretAccessKey: secret, sessionToken: token };
  }
  if (id !== undefined || secret !== undefined) {
    problems.push(
      '"aws_access_key_id" and "aws_secret_access_key" go together: give both, or none for the AWS credential chain',
    );
  } else if (token !== undefined) {
    problems.push('"aws_session_token" needs "aws_access_key_id" and "aws_secret_access_key"');
  }
  return undefined;
}
