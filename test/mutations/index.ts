import { BUCKETS } from './buckets.ts';
import { COMMANDS } from './commands.ts';
import { DOWNLOADS } from './downloads.ts';
import type { Mutation } from './mutation.ts';
import { REQUESTS } from './requests.ts';
import { SETTINGS } from './settings.ts';
import { UPLOADS } from './uploads.ts';

/** Every mutation that `npm run mutate` tries. */
export const MUTATIONS: readonly Mutation[] = [
  ...REQUESTS,
  ...UPLOADS,
  ...DOWNLOADS,
  ...BUCKETS,
  ...COMMANDS,
  ...SETTINGS,
];
