import { hasDotParts } from '../base/path-parts.ts';
import { UsageError } from '../base/plugin-error.ts';
import { encodeKey, uriEncode } from './encode.ts';
import { type AwsHosts, accessPointHostOf, s3HostOf } from './providers/partitions.ts';

/** Where the bucket is: every request's URL begins with it. */
export interface Address {
  readonly scheme: 'http' | 'https';
  /** Value of the Host header: without the scheme's default port. */
  readonly host: string;
  /** The endpoint's own path, and `/bucket` in path style: empty where the host names the bucket and nothing else. */
  readonly root: string;
  /** Where the host names the bucket: the host that takes it in the path as well, if there is one. */
  readonly pathHost?: { readonly host: string; readonly root: string };
  /** One of Amazon's own hosts for buckets: redirects to another region are followed there only. */
  readonly aws: boolean;
}

/** A server other than AWS. */
export interface Endpoint {
  readonly scheme: 'http' | 'https';
  readonly host: string;
  /** Stands in front of every path, encoded, without a slash at its end; empty for most. */
  readonly path?: string;
}

/** Another name of a bucket, with a policy of its own; AWS's. */
export interface AccessPoint {
  readonly name: string;
  /** The AWS account that it belongs to. */
  readonly account: string;
}

/** What decides the address; of AWS's hosts, while an endpoint stays as it is written. */
export interface AddressChoice extends AwsHosts {
  /** A name, on Ceph `TENANT:NAME`; with `accessPoint` it is in no URL. */
  readonly bucket: string;
  readonly accessPoint?: AccessPoint | undefined;
  readonly region: string;
  /** Absent: AWS, over `awsScheme`. */
  readonly endpoint: Endpoint | undefined;
  readonly awsScheme: 'http' | 'https';
  readonly urlStyle: 'auto' | 'path' | 'virtual';
  readonly hostNamesBucket: boolean;
  /** The style that the provider of a custom endpoint demands. */
  readonly providerStyle: 'path' | 'virtual';
}

/**
 * Path style for custom endpoints and virtual-host style for AWS, unless the provider or the option says
 * otherwise. A bucket with dots can't be a host name under AWS's wildcard certificate, and one with capitals or
 * underscores can't be a host name at all, so they go into the path; so does one of a tenant, on any server.
 */
export function addressOf(choice: AddressChoice): Address {
  const { bucket, endpoint, accessPoint, urlStyle } = choice;
  const aws = endpoint === undefined;
  const scheme = endpoint?.scheme ?? choice.awsScheme;
  const path = endpoint?.path ?? '';
  if (accessPoint !== undefined && !choice.hostNamesBucket) {
    const above = endpoint?.host ?? accessPointHostOf(choice.region, choice);
    // Its ARN says where it is: it is never looked for in another region.
    return { scheme, host: `${accessPoint.name}-${accessPoint.account}.${above}`, root: path, aws: false };
  }
  const host = endpoint?.host ?? s3HostOf(choice.region, choice);
  if (choice.hostNamesBucket) return { scheme, host, root: path, aws };
  const natural = aws && /^[a-z0-9-]+$/.test(bucket) ? 'virtual' : aws ? 'path' : choice.providerStyle;
  const style = bucket.includes(':') ? 'path' : urlStyle === 'auto' ? natural : urlStyle;
  const root = `${path}/${uriEncode(bucket)}`;
  if (style === 'path') return { scheme, host, root, aws };
  const virtual = { scheme, host: `${bucket}.${host}`, root: path, aws } as const;
  if (!aws && choice.providerStyle === 'virtual') return virtual;
  // An accelerated host takes no bucket in the path: the plain one does.
  const pathHost = aws ? s3HostOf(choice.region, { ...choice, accelerate: false }) : host;
  return { ...virtual, pathHost: { host: pathHost, root } };
}

/**
 * Host and encoded path for a key, or for the bucket. The runtime sends a path `//a` as `/a`, so that a key that
 * begins with a slash needs the bucket in front of it.
 * @throws {UsageError} for such a key where the bucket can't be in the path, and as `pathOf`.
 */
export function placeOf(address: Address, key: string | undefined): { host: string; path: string } {
  if (address.root !== '' || key?.startsWith('/') !== true) {
    return { host: address.host, path: pathOf(address, key) };
  }
  if (address.pathHost === undefined) {
    throw new UsageError(
      `the key "${key}" can't be sent: a key that begins with a slash needs the bucket in the path, which ${address.host} does not accept`,
    );
  }
  return { host: address.pathHost.host, path: pathOf({ ...address, ...address.pathHost }, key) };
}

/**
 * The encoded path of a key, or of the bucket.
 * @throws {UsageError} for a key with `.` or `..` between slashes: every URL parser on the way would resolve it.
 */
export function pathOf(address: Address, key: string | undefined): string {
  if (key === undefined) return address.root === '' ? '/' : address.root;
  if (hasDotParts(key)) {
    throw new UsageError(
      `the key "${key}" can't be sent: "." and ".." between slashes have a meaning in URLs`,
    );
  }
  return `${address.root}/${encodeKey(key)}`;
}
