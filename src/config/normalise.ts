import { printable } from '../base/printable.ts';
import { isAws, readEndpoint, readProxy, readSource, schemeByOption } from './addresses.ts';
import type { Config } from './config.ts';
import { readClientCertificate, readRequests, uselessForHttp } from './network.ts';
import { hasObjectOptions, readObjects } from './objects.ts';
import { type OptionValues, readOptions } from './option-values.ts';
import type { OptionDefinition } from './options.ts';
import type { RawConfig } from './raw-config.ts';
import { namesSecondSite } from './second-options.ts';
import { oddSecrets, secretsOf } from './secrets.ts';
import { readSignIn } from './sign-in.ts';
import { definitionOf, SITE_OPTIONS } from './site-options.ts';

/** A usable config, or everything that is wrong with the file. */
export type Normalised =
  | { readonly config: Config }
  | { readonly problems: readonly string[]; readonly hint?: string | undefined };

/**
 * Turns the texts of a config file into a complete, typed {@link Config}. All problems are collected, each
 * naming the option, its value (never a secret's) and what is allowed.
 */
export async function normalise(raw: RawConfig): Promise<Normalised> {
  if (!namesSecondSite(raw.options)) return await normaliseSite(raw);
  const [{ withSecondSite }, { OPTIONS }] = await Promise.all([
    import('./second-site.ts'),
    import('./options.ts'),
  ]);
  const first = await normaliseSite(raw, OPTIONS);
  return raw.problems.length > 0 ? first : await withSecondSite(raw, first, normaliseSite);
}

/**
 * The config of one site; of a second one nothing is read.
 * @param table the options that there are
 */
async function normaliseSite(
  raw: RawConfig,
  table: Readonly<Record<string, OptionDefinition>> = SITE_OPTIONS,
): Promise<Normalised> {
  if (raw.problems.length > 0) return { problems: raw.problems };
  const problems: string[] = [];
  const warnings: string[] = [];
  checkTop(raw.top, problems, warnings);
  const read = await readOptions(raw.options, problems, warnings, table);
  // What most files do not have is loaded where it is there: each of 64,000 processes reads the file.
  const named =
    read.bucket === undefined || isPlainName(read.bucket)
      ? undefined
      : (await import('./bucket.ts')).readAccessPoint(read, problems, warnings);
  const region = named?.region ?? read.region;
  const endpoint = readEndpoint(read, problems);
  const endpointSource = readSource(read, problems);
  const proxy = readProxy(read.http_proxy, problems);
  const signIn = await readSignIn(read, problems, warnings);
  const objects = readObjects(read, problems);
  if (hasObjectOptions(read)) {
    const { objectProblems } = await import('./object-problems.ts');
    problems.push(...objectProblems(read, endpoint));
  }
  const requests = await readRequests(read, problems);
  const clientCertificate = readClientCertificate(read, problems);
  if (read.no_proxy !== undefined) {
    const { checkNoProxy } = await import('./no-proxy-entries.ts');
    checkNoProxy(read.no_proxy, problems);
  }
  if (read.fips === true || read.accelerate === true) {
    const { checkAwsHosts } = await import('./aws-hosts.ts');
    checkAwsHosts(read, region, problems, warnings);
  }
  if (isAws(read) && region === undefined && read.bucket?.startsWith('arn:') !== true) {
    problems.push('one of "region" (for AWS) and "endpoint" (for any other server) must be given');
  }
  if (problems.length > 0) return { problems: [...problems, ...raw.notes] };
  const values = read as OptionValues;
  warnings.push(...raw.notes, ...(await oddSecrets(read, proxy?.secrets ?? [])));
  if (!values.verify_tls) warnings.push('verify_tls is off: the certificate of the server is not checked');
  const secrets = secretsOf(read, proxy?.secrets ?? [], endpointSource);
  if ((endpoint?.scheme ?? schemeByOption(read)) === 'http') warnings.push(...uselessForHttp(read));
  return {
    config: {
      bucket: values.bucket,
      folder: folderOf(values.folder),
      connection: {
        address: {
          accessPoint: named?.accessPoint,
          region,
          endpoint,
          awsScheme: schemeByOption(read),
          dualStack: values.dual_stack,
          fips: values.fips,
          accelerate: values.accelerate,
          endpointSource,
          urlStyle: values.url_style,
          hostNamesBucket: values.remove_duplicate_bucket,
        },
        signIn,
        tls: {
          caFile: values.ca_file,
          caPath: values.ca_path,
          verifyTls: values.verify_tls,
          clientCertificate,
          minVersion: values.tls_min_version,
        },
        proxy: proxy?.url,
        noProxy: values.no_proxy,
        requests,
        retry: { timeout: values.retry_timeout, maxRetries: values.max_request_retries },
      },
      protection: { payloadSigning: values.payload_signing, checksum: values.checksum },
      objects,
      bandwidth: { backup: values.backup_bandwidth_limit, restore: values.restore_bandwidth_limit },
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
      statistics: values.statistics,
      warnings,
      setUpWarnings: encryptedInVain(read),
      secrets,
      hasOwnSecrets: secrets.length > 0,
      second: undefined,
      replicates: values.replication,
      failsOver: values.restore_failover,
    },
  };
}

/** Secrets that are written as password_encryption wants them, while it is off. */
function encryptedInVain(read: Partial<OptionValues>): readonly string[] {
  const { password_encryption: isOn, aws_secret_access_key: key, aws_session_token: token } = read;
  const found = Object.entries({ aws_secret_access_key: key, aws_session_token: token })
    .filter(([, secret]) => isOn === false && /^(?:c30[4cd]|8c0[4cd])04/i.test(secret?.reveal() ?? ''))
    .map(([name]) => name);
  return found.map(
    (name) => `"${name}" looks encrypted, but password_encryption is off: it is used as it is`,
  );
}

/** Whether a bucket's name is neither an ARN, nor a tenant's, nor one that AWS keeps for something else. */
function isPlainName(bucket: string): boolean {
  return !/:|--x-s3$|--op-s3$|\.mrap$/.test(bucket);
}

function checkTop(top: ReadonlyMap<string, string>, problems: string[], warnings: string[]): void {
  if ((top.get('executablepath') ?? '') === '') problems.push('"executablepath" is missing');
  for (const name of top.keys()) {
    if (name === 'executablepath') continue;
    if (definitionOf(name) !== undefined) problems.push(`"${name}" belongs under "options:"`);
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
