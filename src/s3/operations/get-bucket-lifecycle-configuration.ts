import type { S3Client } from '../client.ts';
import { children, childText, type XmlElement } from '../xml.ts';
import { bucketSetting, type Setting } from './bucket-setting.ts';

/** What the bucket does with objects by itself, as they get older. */
export interface LifecycleRule {
  /** May be empty. */
  readonly id: string;
  readonly enabled: boolean;
  /** Of the keys that it is for; empty: all. */
  readonly prefix: string;
  /** It is only for objects with certain tags, or of certain sizes. */
  readonly narrowed: boolean;
  /** Objects are deleted: after `30 days`, or on a day; undefined: they are not. */
  readonly expires: string | undefined;
  /** Old versions are deleted. */
  readonly expiresVersions: boolean;
  /** Days after which unfinished uploads are removed. */
  readonly abortDays: number | undefined;
  /** Classes that objects are moved to. */
  readonly transitions: readonly Transition[];
}

export interface Transition {
  readonly storageClass: string;
  /** `30 days`, or a day. */
  readonly when: string;
}

/**
 * The lifecycle rules of the bucket (S3 API Reference, GetBucketLifecycleConfiguration).
 * @throws {S3Error}
 */
export async function getBucketLifecycle(client: S3Client): Promise<Setting<readonly LifecycleRule[]>> {
  return await bucketSetting<readonly LifecycleRule[]>(client, {
    operation: 'GetBucketLifecycleConfiguration',
    query: 'lifecycle',
    root: 'LifecycleConfiguration',
    read: (element) => children(element, 'Rule').map(ruleOf),
    absent: { codes: ['NoSuchLifecycleConfiguration'], is: [] },
  });
}

function ruleOf(rule: XmlElement): LifecycleRule {
  const [filter = {}] = children(rule, 'Filter');
  const [and = filter] = children(filter, 'And');
  const narrow = ['Tag', 'ObjectSizeGreaterThan', 'ObjectSizeLessThan'];
  const [expiration = {}] = children(rule, 'Expiration');
  const [ofVersions] = children(rule, 'NoncurrentVersionExpiration');
  const [ofUploads = {}] = children(rule, 'AbortIncompleteMultipartUpload');
  const days = Number(childText(ofUploads, 'DaysAfterInitiation') ?? Number.NaN);
  return {
    id: childText(rule, 'ID') ?? '',
    enabled: childText(rule, 'Status')?.trim() === 'Enabled',
    // Older rules have the prefix next to the filter's place.
    prefix: childText(and, 'Prefix') ?? childText(filter, 'Prefix') ?? childText(rule, 'Prefix') ?? '',
    narrowed: narrow.some((name) => and[name] !== undefined),
    expires: whenOf(expiration),
    expiresVersions: ofVersions !== undefined,
    abortDays: Number.isNaN(days) ? undefined : days,
    transitions: children(rule, 'Transition').map((transition) => ({
      storageClass: childText(transition, 'StorageClass')?.trim() ?? '',
      when: whenOf(transition) ?? 'at once',
    })),
  };
}

function whenOf(element: XmlElement): string | undefined {
  const days = childText(element, 'Days')?.trim();
  if (days !== undefined) return `after ${days} days`;
  const date = childText(element, 'Date')?.trim();
  return date === undefined ? undefined : `on ${date.slice(0, 10)}`;
}
