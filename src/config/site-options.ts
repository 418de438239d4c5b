import type { OptionDefinition } from './options/definition.ts';
import { GPBACKUP } from './options/gpbackup.ts';
import { NETWORK } from './options/network.ts';
import { OBJECTS } from './options/objects.ts';
import { PLACE } from './options/place.ts';
import { REMOTE, SECOND_SITE } from './options/second-site.ts';
import { SECRETS } from './options/secrets.ts';
import { SIGN_IN } from './options/sign-in.ts';
import { TRANSFERS } from './options/transfers.ts';

/** All options but those that a second site has of its own: each start reads these, and hardly any needs the others. */
export const SITE_OPTIONS = {
  ...PLACE,
  ...SIGN_IN,
  ...SECRETS,
  ...NETWORK,
  ...TRANSFERS,
  ...OBJECTS,
  ...SECOND_SITE,
  ...GPBACKUP,
} as const;

/** What an option is; of the second site's, what its twin of the first is. Undefined for any other name. */
export function definitionOf(name: string): OptionDefinition | undefined {
  const own =
    name.startsWith(REMOTE) && !Object.hasOwn(SITE_OPTIONS, name) ? name.slice(REMOTE.length) : name;
  return Object.hasOwn(SITE_OPTIONS, own) ? SITE_OPTIONS[own as keyof typeof SITE_OPTIONS] : undefined;
}
