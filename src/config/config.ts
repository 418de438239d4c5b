import type { Secret } from '../base/secret.ts';
import type { Timetable } from '../base/timetable.ts';
import type { LogVerbosity } from '../log/level.ts';
import type { TextMap } from './text-map.ts';

/** The config file after reading: complete and typed, so that nothing below asks whether a value is set. */
export interface Config {
  /** A name, on Ceph `TENANT:NAME`, or the ARN of `address.accessPoint`. */
  readonly bucket: string;
  /** Without slashes at its ends, and without empty and "." parts; empty: keys begin with `backups/`. */
  readonly folder: string;
  readonly connection: ConnectionConfig;
  readonly protection: ProtectionConfig;
  readonly objects: ObjectsConfig;
  readonly bandwidth: BandwidthConfig;
  readonly backup: BackupConfig;
  readonly restore: RestoreConfig;
  /** Bytes. */
  readonly maxMemory: number;
  readonly uploadSecrets: boolean;
  readonly logVerbosity: LogVerbosity;
  /** Each backup also has what was stored, and how. */
  readonly statistics: boolean;
  /** What is legal but deserves a line in the log. */
  readonly warnings: readonly string[];
  /** The same, but once a host and backup is enough. */
  readonly setUpWarnings: readonly string[];
  /** Every text of the file that no copy, log or message may show. */
  readonly secrets: readonly Secret[];
  /** Whether one of them is in the file itself, and not only what says where it is. */
  readonly hasOwnSecrets: boolean;
  /** Where replicas are; its own `second` is undefined. */
  readonly second: Config | undefined;
  /** A backup that has succeeded is copied to the second site. */
  readonly replicates: boolean;
  /** What the first site does not give is read from the second. */
  readonly failsOver: boolean;
}

/** How the store is reached, in groups that are handed on whole. */
export interface ConnectionConfig {
  readonly address: AddressConfig;
  readonly signIn: SignInConfig;
  readonly tls: TlsConfig;
  /** A URL whose user and password, if there are any, are percent-encoded. */
  readonly proxy: Secret | undefined;
  /** Hosts that `proxy` is not for, as NO_PROXY lists them. */
  readonly noProxy: string | undefined;
  readonly requests: RequestsConfig;
  readonly retry: RetryConfig;
}

/** What the ARN in `bucket` names. */
export interface AccessPointConfig {
  readonly name: string;
  /** The AWS account that it belongs to. */
  readonly account: string;
}

export interface AddressConfig {
  readonly accessPoint: AccessPointConfig | undefined;
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
  readonly fips: boolean;
  readonly accelerate: boolean;
  readonly endpointSource: URL | undefined;
  readonly urlStyle: 'auto' | 'path' | 'virtual';
  /** The endpoint's host names the bucket already. */
  readonly hostNamesBucket: boolean;
}

/** Where the keys come from. */
export type SignInConfig =
  /** The config file, and nothing is asked for others. */
  ({ readonly from: 'file' } & StaticKeys) | ({ readonly from: 'host' } & HostSignIn);

/** Keys that a source on this host, or STS, gives. */
export interface HostSignIn {
  /** `auto`: the keys of the file if there are any, otherwise AWS's order. */
  readonly source:
    | 'auto'
    | 'keys'
    | 'environment'
    | 'profile'
    | 'role'
    | 'web_identity'
    | 'process'
    | 'container'
    | 'instance';
  readonly keys: StaticKeys | undefined;
  readonly profile: ProfileConfig;
  /** To be assumed with what the source gives. */
  readonly role: RoleConfig | undefined;
  readonly stsEndpoint: URL | undefined;
  readonly webIdentityTokenFile: string | undefined;
  /** A command line. */
  readonly process: Secret | undefined;
  /** Temporary keys are shared by the processes of this host. */
  readonly cache: boolean;
}

export interface ProfileConfig {
  readonly name: string | undefined;
  readonly credentialsFile: string | undefined;
  readonly configFile: string | undefined;
}

export interface RoleConfig {
  readonly arn: string;
  readonly externalId: string | undefined;
  readonly sessionName: string | undefined;
  /** Milliseconds. */
  readonly duration: number;
}

export interface TlsConfig {
  readonly caFile: string | undefined;
  /** A folder. */
  readonly caPath: string | undefined;
  readonly clientCertificate: ClientCertificateConfig | undefined;
  readonly minVersion: '1.2' | '1.3';
  readonly verifyTls: boolean;
}

export interface ClientCertificateConfig {
  readonly certFile: string;
  readonly keyFile: string;
  readonly keyPasswordFile: string | undefined;
}

/** What every request says. */
export interface RequestsConfig {
  readonly requesterPays: boolean;
  readonly expectedBucketOwner: string | undefined;
  /** By lower-case names. */
  readonly headers: ReadonlyMap<string, Secret>;
}

export interface RetryConfig {
  /** Milliseconds without progress after which a request is given up. */
  readonly timeout: number;
  /** Undefined: bounded by the time alone. */
  readonly maxRetries: number | undefined;
}

/** How objects are stored; what is not set is as the bucket has it. */
export interface ObjectsConfig {
  readonly sse: 'AES256' | 'aws:kms' | 'aws:kms:dsse' | undefined;
  readonly kmsKeyId: string | undefined;
  readonly kmsContext: TextMap | undefined;
  readonly bucketKey: boolean | undefined;
  readonly customerKeyFile: string | undefined;
  readonly storageClass: string | undefined;
  /** Bytes; smaller objects get the bucket's default class. */
  readonly storageClassMinSize: number;
  readonly tags: TextMap | undefined;
  readonly acl: string | undefined;
  readonly lock: LockConfig | undefined;
  readonly legalHold: boolean;
  readonly bypassGovernance: boolean;
  readonly writeOnce: boolean;
  readonly fromArchive: 'off' | 'standard' | 'bulk' | 'expedited';
}

export interface LockConfig {
  readonly mode: 'GOVERNANCE' | 'COMPLIANCE';
  /** Milliseconds from the backup's timestamp. */
  readonly retention: number;
}

/** For all processes of a user on one host together. */
export interface BandwidthConfig {
  readonly backup: Timetable | undefined;
  readonly restore: Timetable | undefined;
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
