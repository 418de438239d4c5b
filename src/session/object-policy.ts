import type { ObjectsConfig } from '../config/config.ts';
import type { ObjectPolicy } from '../s3/object-policy.ts';
import type { Session } from './session.ts';

/** How this session stores its objects; what the options do not ask for is not loaded. */
export async function objectPolicyOf({
  config: { objects, protection },
  environment,
}: Pick<Session, 'config' | 'environment'>): Promise<ObjectPolicy> {
  const once = objects.writeOnce ? { replaces: (await import('./objects/write-once.ts')).replaces } : {};
  if (!saysMore(objects)) return { ...protection, ...once };
  const { storedWith } = await import('./objects/stored-with.ts');
  return {
    ...protection,
    ...once,
    alwaysChecksums: objects.lock !== undefined || objects.legalHold,
    storedWith: storedWith(objects, environment),
  };
}

/** Whether new objects are anything but what the bucket makes of them. */
export function isStoredSpecially(objects: ObjectsConfig): boolean {
  return saysMore(objects) || objects.customerKeyFile !== undefined;
}

function saysMore({ sse, storageClass, tags, acl, lock, legalHold }: ObjectsConfig): boolean {
  return legalHold || [sse, storageClass, tags, acl, lock].some((value) => value !== undefined);
}
