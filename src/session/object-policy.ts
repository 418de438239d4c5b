import type { ObjectsConfig } from '../config/config.ts';
import type { ObjectPolicy } from '../s3/object-policy.ts';
import type { Session } from './session.ts';

/** How this session stores its objects; what the options do not ask for is not loaded. */
export async function objectPolicyOf({
  config: { objects, protection },
  environment,
}: Pick<Session, 'config' | 'environment'>): Promise<ObjectPolicy> {
  const once = objects.writeOnce ? { replaces: (await import('./objects/write-once.ts')).replaces } : {};
  if (!isStoredSpecially(objects)) return { ...protection, ...once };
  const [{ storedWith }, { confirmation }] = await Promise.all([
    import('./objects/stored-with.ts'),
    import('./objects/confirmed.ts'),
  ]);
  return {
    ...protection,
    ...once,
    locks: objects.lock !== undefined || objects.legalHold,
    storedWith: storedWith(objects, environment),
    confirm: confirmation(objects),
  };
}

/** Whether new objects are anything but what the bucket makes of them. */
export function isStoredSpecially(objects: ObjectsConfig): boolean {
  const { sse, customerKeyFile, storageClass, tags, acl, lock, legalHold } = objects;
  return legalHold || (sse ?? customerKeyFile ?? storageClass ?? tags ?? acl ?? lock) !== undefined;
}
