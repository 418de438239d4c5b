import type { ObjectsConfig } from '../config/config.ts';
import type { ObjectPolicy } from '../s3/object-policy.ts';
import type { Session } from './session.ts';

/** How this session stores its objects; what the options do not ask for is not loaded. */
export async function objectPolicyOf({
  config: { objects, protection },
  environment,
}: Pick<Session, 'config' | 'environment'>): Promise<ObjectPolicy> {
  if (!isStoredSpecially(objects)) return protection;
  const [{ storedWith }, { confirmation }] = await Promise.all([
    import('./objects/stored-with.ts'),
    import('./objects/confirmed.ts'),
  ]);
  return { ...protection, storedWith: storedWith(objects, environment), confirm: confirmation(objects) };
}

/** Whether new objects are anything but what the bucket makes of them. */
export function isStoredSpecially({ sse, customerKeyFile, storageClass, tags, acl }: ObjectsConfig): boolean {
  return (sse ?? customerKeyFile ?? storageClass ?? tags ?? acl) !== undefined;
}
