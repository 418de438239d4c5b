import { GPBACKUP } from './options/gpbackup.ts';
import { NETWORK } from './options/network.ts';
import { OBJECTS } from './options/objects.ts';
import { PLACE } from './options/place.ts';
import { SECOND_SITE } from './options/second-site.ts';
import { SECRETS } from './options/secrets.ts';
import { SIGN_IN } from './options/sign-in.ts';
import { TRANSFERS } from './options/transfers.ts';

export type { OptionDefinition } from './options/definition.ts';

/** The one table of options, in the order of the documents. */
export const OPTIONS = {
  ...PLACE,
  ...SIGN_IN,
  ...SECRETS,
  ...NETWORK,
  ...TRANSFERS,
  ...OBJECTS,
  ...SECOND_SITE,
  ...GPBACKUP,
} as const;

export type OptionName = keyof typeof OPTIONS;

export const OPTION_NAMES = Object.keys(OPTIONS) as readonly OptionName[];

export function isOptionName(name: string): name is OptionName {
  return Object.hasOwn(OPTIONS, name);
}
