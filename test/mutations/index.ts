import { ADDRESSES } from './addresses.ts';
import { AUTH } from './auth.ts';
import { BANDWIDTH } from './bandwidth.ts';
import { BUCKETS } from './buckets.ts';
import { CATALOGUE } from './catalogue.ts';
import { CHECKS } from './checks.ts';
import { CODEC } from './codec.ts';
import { COMMANDS } from './commands.ts';
import { CONFIG } from './config.ts';
import { ENTRANCES } from './entrances.ts';
import { ERRORS } from './errors.ts';
import { HOST } from './host.ts';
import { HTTP } from './http.ts';
import { LOCKS } from './locks.ts';
import { LOG } from './log.ts';
import { LOGS } from './logs.ts';
import { MEMORY } from './memory.ts';
import type { Mutation } from './mutation.ts';
import { NAMES } from './names.ts';
import { OUTPUT } from './output.ts';
import { PARTS } from './parts.ts';
import { PROCESS } from './process.ts';
import { PROVIDERS } from './providers.ts';
import { PROXIES } from './proxies.ts';
import { RANGES } from './ranges.ts';
import { REDACTION } from './redaction.ts';
import { REPLICAS } from './replicas.ts';
import { REPORT } from './report.ts';
import { REQUESTS } from './requests.ts';
import { RESTORES } from './restores.ts';
import { RETENTION } from './retention.ts';
import { RETRIES } from './retries.ts';
import { SCOPES } from './scopes.ts';
import { SECRETS } from './secrets.ts';
import { SESSIONS } from './sessions.ts';
import { SET_UPS } from './set-ups.ts';
import { SETS } from './sets.ts';
import { STATISTICS } from './statistics.ts';
import { STORAGE } from './storage.ts';
import { TLS } from './tls.ts';
import { UPLOADS } from './uploads.ts';
import { VERIFY } from './verify.ts';

/** Every mutation that `npm run mutate` tries. */
export const MUTATIONS: readonly Mutation[] = [
  ...REQUESTS,
  ...RETENTION,
  ...RETRIES,
  ...HTTP,
  ...ERRORS,
  ...PROVIDERS,
  ...ADDRESSES,
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
  ...AUTH,
  ...CODEC,
  ...PROXIES,
  ...SET_UPS,
  ...CATALOGUE,
  ...REDACTION,
  ...OUTPUT,
  ...SCOPES,
  ...SECRETS,
  ...HOST,
  ...BANDWIDTH,
  ...STORAGE,
  ...TLS,
  ...LOCKS,
  ...REPLICAS,
  ...STATISTICS,
  ...SETS,
  ...VERIFY,
  ...REPORT,
  ...LOGS,
  ...CHECKS,
];
