import { BUCKETS } from './buckets.ts';
import { COMMANDS } from './commands.ts';
import { CONFIG } from './config.ts';
import { ENTRANCES } from './entrances.ts';
import { ERRORS } from './errors.ts';
import { HTTP } from './http.ts';
import { LOG } from './log.ts';
import { MEMORY } from './memory.ts';
import type { Mutation } from './mutation.ts';
import { NAMES } from './names.ts';
import { PARTS } from './parts.ts';
import { PROCESS } from './process.ts';
import { PROVIDERS } from './providers.ts';
import { RANGES } from './ranges.ts';
import { REQUESTS } from './requests.ts';
import { RESTORES } from './restores.ts';
import { RETRIES } from './retries.ts';
import { SESSIONS } from './sessions.ts';
import { UPLOADS } from './uploads.ts';

/** Every mutation that `npm run mutate` tries. */
export const MUTATIONS: readonly Mutation[] = [
  ...REQUESTS,
  ...RETRIES,
  ...HTTP,
  ...ERRORS,
  ...PROVIDERS,
  ...UPLOADS,
  ...RANGES,
  ...BUCKETS,
  ...PARTS,
  ...RESTORES,
  ...MEMORY,
  ...SESSIONS,
  ...COMMANDS,
  ...NAMES,
  ...CONFIG,
  ...LOG,
  ...PROCESS,
  ...ENTRANCES,
];
