import { MiB } from '../base/bytes.ts';

/** What a provider needs that differs from plain S3. Every field is a fact with its reason beside it. */
export interface Provider {
  readonly name: string;
  /** Matched against the endpoint's host name; the first match wins. */
  readonly hosts: RegExp;
  /** Address style it demands; path otherwise. */
  readonly style?: 'virtual';
  /** `always`: CRC32 headers are known to work, also on PutObject. `never`: they are refused or break uploads. */
  readonly checksums?: 'always' | 'never';
  /** All parts but the last must have this one size, in bytes. */
  readonly equalParts?: number;
  readonly maxParts?: number;
  readonly maxPartsInFlight?: number;
  /** DeleteObjects is not implemented: keys are deleted one by one from the start. */
  readonly singleDeletes?: true;
  /** Why, in a sentence; also what docs and logs say. */
  readonly reason: string;
}

/** The one place where the names of providers stand in the program. */
export const PROVIDERS: readonly Provider[] = [
  {
    name: 'AWS',
    hosts: /\.amazonaws\.com(\.cn)?$/,
    checksums: 'always',
    reason: 'CRC32 on PutObject, UploadPart and CompleteMultipartUpload is part of the API',
  },
  {
    name: 'Cloudflare R2',
    hosts: /\.r2\.cloudflarestorage\.com$/,
    checksums: 'never',
    equalParts: 64 * MiB,
    maxPartsInFlight: 2,
    reason:
      'answers 501 to checksum headers, wants parts of equal size and slows down with more than 2 at once',
  },
  {
    name: 'Backblaze B2',
    hosts: /\.backblazeb2\.com$/,
    checksums: 'never',
    reason: 'answers 400 to checksum headers',
  },
  {
    name: 'Google Cloud Storage',
    hosts: /(^|\.)storage\.googleapis\.com$/,
    checksums: 'never',
    singleDeletes: true,
    reason: 'has no DeleteObjects in its S3 interface and does not know checksum headers',
  },
  {
    name: 'Scaleway',
    hosts: /\.scw\.cloud$/,
    maxParts: 1000,
    reason: 'takes at most 1,000 parts in an upload',
  },
  {
    name: 'Alibaba OSS',
    hosts: /\.aliyuncs\.com$/,
    style: 'virtual',
    checksums: 'never',
    reason: 'refuses path style (SecondLevelDomainForbidden) and answers BadDigest to checksum headers',
  },
  {
    name: 'Tencent COS',
    hosts: /\.myqcloud\.com$/,
    style: 'virtual',
    checksums: 'never',
    reason: 'wants the bucket in the host name and answers BadDigest to checksum headers',
  },
  {
    name: 'Huawei OBS',
    hosts: /\.myhuaweicloud\.com$/,
    style: 'virtual',
    reason: 'wants the bucket in the host name',
  },
];

/** Any other server: nothing but plain S3 is expected, everything beyond is negotiated. */
export const UNKNOWN_PROVIDER: Provider = {
  name: 'unknown',
  hosts: /^/,
  reason: 'nothing is known, so nothing beyond plain S3 is expected',
};

/** The provider behind a host (with or without a port). */
export function providerOf(host: string): Provider {
  const name = host.replace(/:\d+$/, '').toLowerCase();
  return PROVIDERS.find((provider) => provider.hosts.test(name)) ?? UNKNOWN_PROVIDER;
}
