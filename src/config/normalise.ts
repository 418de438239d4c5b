import { printable } from '../base/printable.ts';
import { readEndpoint, readProxy, readSource } from './addresses.ts';
import type { Config, StaticKeys } from './config.ts';
import { type OptionValues, readOptions } from './option-values.ts';
import { isOptionName } from './options.ts';
import type { RawConfig } from './raw-config.ts';
import { oddSecrets, secretsOf } from './secrets.ts';

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
  const read = await readOptions(raw.options, problems, warnings);
  const endpoint = readEndpoint(read, problems);
  const endpointSource = readSource(read, problems);
  const proxy = readProxy(read.http_proxy, problems);
  const keys = readKeys(read, problems);
  if (read.region === undefined && read.endpoint === undefined && read.endpoint_source === undefined) {
    problems.push('one of "region" (for AWS) and "endpoint" (for any other server) must be given');
  }
  if (problems.length > 0) return { problems: [...problems, ...raw.notes] };
  const values = read as OptionValues;
  warnings.push(...raw.notes, ...(await oddSecrets(read, proxy?.secrets ?? [])));
  if (values.password_encryption) {
    warnings.push('password_encryption is on: S3 keys are used as they are written, not decrypted');
  }
  if (!values.verify_tls) warnings.push('verify_tls is off: the certificate of the server is not checked');
  return {
    config: {
      bucket: values.bucket,
      folder: folderOf(values.folder),
      connection: {
        address: {
          region: values.region,
          endpoint,
          awsScheme: values.encryption ? 'https' : 'http',
          dualStack: values.dual_stack,
          endpointSource,
          urlStyle: values.url_style,
          hostNamesBucket: values.remove_duplicate_bucket,
        },
        signIn: keys === undefined ? { from: 'host' } : { from: 'file', ...keys },
        tls: { caFile: values.ca_file, verifyTls: values.verify_tls },
        proxy: proxy?.url,
        retry: { timeout: values.retry_timeout, maxRetries: values.max_request_retries },
      },
      protection: { payloadSigning: values.payload_signing, checksum: values.checksum },
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
      secrets: secretsOf(read, proxy?.secrets ?? [], endpointSource),
    },
  };
}

function checkTop(top: ReadonlyMap<string, string>, problems: string[], warnings: string[]): void {
  if ((top.get('executablepath') ?? '') === '') problems.push('"executablepath" is missing');
  for (const name of top.keys()) {
    if (name === 'executablepath') continue;
    if (isOptionName(name)) problems.push(`"${name}" belongs under "options:"`);
    else warnings.push(`the entry "${printable(name)}" next to "options" is unknown and not used`);
  }
}

/**
 * The folder as the keys have it. The Go plugin's library takes a key's path to its shortest form before it sends it:
 * `/a//./b/` is `a/b` in the bucket, and `/` means no folder.
 */
function folderOf(written: string): string {
  return written
    .split('/')
    .filter((part) => part !== '' && part !== '.')
    .join('/');
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
      problems.push(`option "${name}" must be ASCII letters, digits and punctuation, without spaces`);
    }
  }
  if (id !== undefined && secret !== undefined) {
    return { accessKeyId: id, secretAccessKey: secret, sessionToken: token };
  }
  if (id !== undefined || secret !== undefined) {
    problems.push(
      '"aws_access_key_id" and "aws_secret_access_key" go together: set both, or neither to use the AWS credential chain',
    );
  } else if (token !== undefined) {
    problems.push('"aws_session_token" needs "aws_access_key_id" and "aws_secret_access_key"');
  }
  return undefined;
}
