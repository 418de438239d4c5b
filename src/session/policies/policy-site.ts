import { partitionOf } from '../../base/aws-partitions.ts';
import type { Config } from '../../config/config.ts';
import { regionOf } from '../../s3/providers/providers.ts';

/** A bucket as IAM names it. */
export interface PolicySite {
  /** ARN of the bucket, or of its access point. */
  readonly bucket: string;
  /** ARN pattern of all objects of the folder. */
  readonly objects: string;
  /** Pattern of the prefixes that lists of the folder have. */
  readonly prefixes: string;
  readonly isAccessPoint: boolean;
  /** `aws`, `aws-cn`, `aws-us-gov` … */
  readonly partition: string;
  readonly region: string;
  /** What KMS sees as the caller when S3 uses a key: `s3.us-east-1.amazonaws.com`. */
  readonly viaService: string;
}

/**
 * The ARNs of a site (IAM Service Authorization Reference, "Resource types defined by Amazon S3"; S3 User Guide,
 * "Configuring IAM policies for using access points"). Servers other than AWS take those of the partition aws.
 */
export function policySite({
  bucket,
  folder,
  connection,
}: Pick<Config, 'bucket' | 'folder' | 'connection'>): PolicySite {
  const { address } = connection;
  const { accessPoint, endpoint } = address;
  const host = endpoint?.host;
  const region = address.region ?? (host === undefined ? undefined : regionOf(host)) ?? 'us-east-1';
  const { name: partition, dnsSuffix } = partitionOf(region);
  const below = literal(folder === '' ? 'backups' : folder);
  const common = {
    prefixes: `${below}/*`,
    isAccessPoint: accessPoint !== undefined,
    partition,
    region,
    viaService: `s3.${region}.${dnsSuffix}`,
  };
  if (accessPoint !== undefined) {
    const arn = `arn:${partition}:s3:${region}:${accessPoint.account}:accesspoint/${accessPoint.name}`;
    return { bucket: arn, objects: `${arn}/object/${below}/*`, ...common };
  }
  // On Ceph TENANT:NAME, whose ARN has the tenant in the place of the account.
  const [name = '', tenant = ''] = bucket.split(':').toReversed();
  const arn = `arn:${partition}:s3::${tenant}:${name}`;
  return { bucket: arn, objects: `${arn}/${below}/*`, ...common };
}

/** IAM User Guide, "Policy variables": `${*}`, `${?}` and `${$}` are the signs themselves, where they would be patterns. */
function literal(text: string): string {
  return text.replaceAll(/[*?$]/g, (sign) => `\${${sign}}`);
}
