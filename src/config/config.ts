import type { Secret } from '../base/secret.ts';
import type { LogVerbosity } from '../log/level.ts';

/** The config file after reading: complete and typed, so that nothing below asks whether a value is set. */
export interface Config {
  readonly bucket: string;
  /** Without slashes at its ends, and without empty and "." parts; empty: keys begin with `backups/`. */
  readonly folder: string;
  readonly connection: ConnectionConfig;
  readonly protection: ProtectionConfig;
  readonly backup: BackupConfig;
  readonly restore: RestoreConfig;
  /** Bytes. */
  readonly maxMemory: number;
  readonly uploadSecrets: boolean;
  readonly logVerbosity: LogVerbosity;
  /** What is legal but deserves a line in the log. */
  readonly warnings: readonly string[];
  /** Every text of the file that no copy, log or message may show. */
  readonly secrets: readonly Secret[];
}

/** How the store is reached, in groups that are handed on whole. */
export interface ConnectionConfig {
  readonly address: AddressConfig;
  readonly signIn: SignInConfig;
  readonly tls: TlsConfig;
  /** A URL whose user and password, if there are any, are percent-encoded. */
  readonly proxy: Secret | undefined;
  readonly retry: RetryConfig;
}

export interface AddressConfig {
  /**
   * What requests are signed for, and the AWS host's region where there is no endpoint. Undefined with an endpoint
   * only: it is then taken from the host name.
   */
  readonly region: string | undefined;
  /** Absent: AWS, over `awsScheme`. */
  readonly endpoint: EndpointConfig | undefined;
  readonly awsScheme: 'http' | 'https';
  /** Which of AWS's hosts; of no meaning with an endpoint. */
  readonly dualStack: 'auto' | 'on' | 'off';
  readonly endpointSource: URL | undefined;
  readonly urlStyle: 'auto' | 'path' | 'virtual';
  /** The endpoint's host names the bucket already. */
  readonly hostNamesBucket: boolean;
}

/** Where the keys come from. */
export type SignInConfig =
  /** The config file. */
  | ({ readonly from: 'file' } & StaticKeys)
  /** What AWS's programs look at: environment, profile, web identity, container, instance. */
  | { readonly from: 'host' };

export interface TlsConfig {
  readonly caFile: string | undefined;
  readonly verifyTls: boolean;
}

export interface RetryConfig {
  /** Milliseconds without progress after which a request is given up. */
  readonly timeout: number;
  /** Undefined: bounded by the time alone. */
  readonly maxRetries: number | undefined;
}

/** How bodies are protected on their way. */
export interface ProtectionConfig {
  readonly payloadSigning: 'auto' | 'on' | 'off';
  readonly checksum: 'auto' | 'crc32' | 'off';
}

export interface EndpointConfig {
  readonly scheme: 'http' | 'https';
  /** Host name or address, with the port where it is not the scheme's own. */
  readonly host: string;
  /** What precedes the bucket in every URL's path, encoded: `/s3` for a gateway at https://host/s3; else empty. */
  readonly path: string;
}

export interface StaticKeys {
  readonly accessKeyId: string;
  readonly secretAccessKey: Secret;
  readonly sessionToken: Secret | undefined;
}

export interface BackupConfig {
  /** Bytes of every part; undefined: the growing schedule. */
  readonly partSize: number | undefined;
  readonly concurrency: number;
  readonly maxParts: number;
}

export interface RestoreConfig {
  /** Bytes of one range; undefined: what the network asks for, as with `concurrency`. */
  readonly rangeSize: number | undefined;
  readonly concurrency: number | undefined;
}
