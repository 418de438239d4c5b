import { REMOTE_OPTIONS } from './options/twins.ts';
import { SITE_OPTIONS } from './site-options.ts';

export type { OptionDefinition } from './options/definition.ts';

/** The one table of options, in the order of the documents. */
export const OPTIONS = { ...SITE_OPTIONS, ...REMOTE_OPTIONS } as const;

export type OptionName = keyof typeof OPTIONS;

export const OPTION_NAMES = Object.keys(OPTIONS) as readonly OptionName[];
