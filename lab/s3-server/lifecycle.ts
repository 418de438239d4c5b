import type { XmlElement } from './xml.ts';

/** A lifecycle rule (S3 API Reference, LifecycleRule), as far as it is shown here. */
export interface LifecycleRule {
  readonly id: string;
  /** Absent: it is on. */
  readonly disabled?: true;
  /** Absent: all keys. */
  readonly prefix?: string;
  /** Only objects with this tag; not with `abortDays`, which S3 refuses. */
  readonly tag?: { readonly key: string; readonly value: string };
  readonly expireDays?: number;
  readonly noncurrentDays?: number;
  readonly abortDays?: number;
  readonly transition?: { readonly days: number; readonly storageClass: string };
}

/** The elements in the order of the API Reference's example. */
export function lifecycleElement(rule: LifecycleRule): XmlElement {
  const { id, disabled, expireDays, noncurrentDays, abortDays, transition } = rule;
  const children: XmlElement[] = [
    ['ID', id],
    filterOf(rule),
    ['Status', disabled === true ? 'Disabled' : 'Enabled'],
  ];
  if (transition !== undefined) {
    const { days, storageClass } = transition;
    children.push([
      'Transition',
      [
        ['Days', days],
        ['StorageClass', storageClass],
      ],
    ]);
  }
  if (expireDays !== undefined) children.push(['Expiration', [['Days', expireDays]]]);
  if (noncurrentDays !== undefined)
    children.push(['NoncurrentVersionExpiration', [['NoncurrentDays', noncurrentDays]]]);
  if (abortDays !== undefined)
    children.push(['AbortIncompleteMultipartUpload', [['DaysAfterInitiation', abortDays]]]);
  return ['Rule', children];
}

/** S3 API Reference, LifecycleRuleFilter: one condition alone, or several in And. */
function filterOf({ prefix, tag }: LifecycleRule): XmlElement {
  const conditions: XmlElement[] = [];
  if (prefix !== undefined) conditions.push(['Prefix', prefix]);
  if (tag !== undefined)
    conditions.push([
      'Tag',
      [
        ['Key', tag.key],
        ['Value', tag.value],
      ],
    ]);
  return conditions.length > 1
    ? ['Filter', [['And', conditions]]]
    : ['Filter', conditions.length === 0 ? [['Prefix', '']] : conditions];
}
