import { hasDotParts } from '../base/path-parts.ts';
import { UsageError } from '../base/plugin-error.ts';
import { encodeKey } from './encode.ts';
import { type DualStack, s3HostOf } from './providers/partitions.ts';

/** Where the bucket is: every request's URL begins with it. */
export interface Address {
  readonly scheme: 'http' | 'https';
  /** Value of the Host header: without the scheme's default port. */
  readonly host: string;
  /** The endpoint's own path, and `/bucket` in path style: empty where the host names the bucket and nothing else. */
  readonly root: string;
  /** Where the host names the bucket: the host that takes it in the path as well, if there is one. */
  readonly pathHost?: { readonly host: string; readonly root: string };
  /** Amazon's own host: redirects to another region are followed there only. */
  readonly aws: boolean;
}

/** A server other than AWS. */
export interface Endpoint {
  readonly scheme: 'http' | 'https';
  readonly host: string;
  /** Stands in front of every path, encoded, without a slash at its end; empty for most. */
  readonly path?: string;
}

/** What decides the address. */
export interface AddressChoice {
  readonly bucket: string;
  readonly region: string;
  /** Absent: AWS, over `awsScheme`. */
  readonly endpoint: Endpoint | undefined;
  readonly awsScheme: 'http' | 'https';
  /** Of AWS's hosts; an endpoint stays as it is written. */
  readonly dualStack: DualStack;
  readonly urlStyle: 'auto' | 'path' | 'virtual';
  readonly hostNamesBucket: boolean;
  /** The style that the provider of a custom endpoint demands. */
  readonly providerStyle: 'path' | 'virtual';
}

/**
 * Path style for custom endpoints and virtual-host style for AWS, unless the provider or the option says
 * otherwise. A bucket with dots can't be a host name under AWS's wildcard certificate, and one with capitals or
 * underscores can't be a host name at all, so they go into the path.
 */
export function addressOf(choice: AddressChoice): Address {
  const aws = choice.endpoint === undefined;
  const scheme = choice.endpoint?.scheme ?? choice.awsScheme;
  const host = choice.endpoint?.host ?? s3HostOf(choice.region, choice.dualStack);
  const path = choice.endpoint?.path ?? '';
  if (choice.hostNamesBucket) return { scheme, host, root: path, aws };
  const natural = aws && /^[a-z0-9-]+$/.test(choice.bucket) ? 'virtual' : aws ? 'path' : choice.providerStyle;
  const style = choice.urlStyle === 'auto' ? natural : choice.urlStyle;
  const root = `${path}/${choice.bucket}`;
  if (style === 'path') return { scheme, host, root, aws };
  const virtual = { scheme, host: `${choice.bucket}.${host}`, root: path, aws } as const;
  return !aws && choice.providerStyle === 'virtual' ? virtual : { ...virtual, pathHost: { host, root } };
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
