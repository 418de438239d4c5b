import { PATTERNS } from '../patterns.ts';
import { defineOptions } from './definition.ts';

/** Where the backups are. */
export const PLACE = defineOptions({
  bucket: {
    kind: 'text',
    pattern: PATTERNS.bucket,
    required: true,
    origin: 'family',
    summary:
      'The bucket that stores the backups. It must exist. Also the ARN or alias of an S3 access point, and `TENANT:BUCKET` of Ceph.',
  },
  folder: {
    kind: 'text',
    pattern: PATTERNS.folder,
    required: true,
    origin: 'family',
    summary:
      'The folder (key prefix) in the bucket. Backups are stored under `FOLDER/backups/`. `/` means no folder: the keys begin with `backups/`.',
  },
  region: {
    kind: 'text',
    pattern: PATTERNS.region,
    origin: 'family',
    summary:
      'The AWS region. Required without `endpoint`, unless `bucket` is an ARN, whose region counts. With `endpoint` it is only used to sign requests; the default is then the region in the host name of a known provider, otherwise us-east-1.',
  },
  endpoint: {
    kind: 'url',
    pattern: PATTERNS.endpoint,
    origin: 'family',
    summary:
      'The address of an S3 server other than AWS: `host` or `host:port`, with or without `http://` or `https://` in front. Without a scheme, `encryption` decides. A path after it (of a gateway) is part of every URL.',
  },
  endpoint_source: {
    kind: 'url',
    pattern: PATTERNS.url,
    origin: 'fork',
    summary: 'A URL that returns the host name to use in place of the one in `endpoint`.',
  },
  remove_duplicate_bucket: {
    kind: 'true/false',
    fallback: 'false',
    origin: 'family',
    summary:
      '`true` when the host name in `endpoint` already contains the bucket: it is then not added again.',
  },
  url_style: {
    kind: 'choice',
    choices: ['auto', 'path', 'virtual'],
    fallback: 'auto',
    origin: 'new',
    summary:
      'Where the bucket is named: in the `path` of the URL or in the host name (`virtual`). `auto`: in the host name for AWS and for providers that require it, otherwise in the path.',
  },
  dual_stack: {
    kind: 'choice',
    choices: ['auto', 'on', 'off'],
    fallback: 'auto',
    origin: 'new',
    summary:
      'Host names of AWS that answer over IPv4 and IPv6. `auto`: for S3, in all regions that have them; `on`: for STS as well; `off`: never. Not used with `endpoint`.',
  },
  fips: {
    kind: 'on/off',
    fallback: 'off',
    origin: 'new',
    summary:
      'Use the FIPS 140 host names of AWS, for S3 and STS: in the USA, Canada and GovCloud. Not with `endpoint`.',
  },
  accelerate: {
    kind: 'on/off',
    fallback: 'off',
    origin: 'new',
    summary:
      'Use S3 Transfer Acceleration, which must be enabled for the bucket. Not with `endpoint`, `fips` and access points.',
  },
});
