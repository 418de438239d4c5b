import { definitions } from '../output/wrap.ts';
import type { HintFacts } from '../s3/errors/hint-facts.ts';
import { hintFor, hintsByCode } from './hint.ts';

/** Names in capitals where a real message names the user's own. */
const ANY: HintFacts = {
  status: undefined,
  code: '',
  ofStore: true,
  scheme: 'https',
  host: 'HOST',
  bucket: 'BUCKET',
  region: 'REGION',
  proxy: undefined,
  serverRegion: undefined,
  redirectedTo: undefined,
  retryable: true,
};

/** What `help errors` prints: every code that has a hint, with that hint; made from the one table of hints. */
export function errorHelp(): string {
  const firstWith = new Map<string, string>();
  const untrusted = hintFor({ ...ANY, code: 'SELF_SIGNED_CERT_IN_CHAIN' }) ?? '';
  const rows = [...hintsByCode(ANY), ['other CERT codes', untrusted] as const].map(([code, hint]) => {
    const first = firstWith.get(hint);
    if (first !== undefined) return [code, `the same as ${first}`] as const;
    firstWith.set(hint, code);
    return [code, hint] as const;
  });
  return `Codes of S3 servers, of the network and of HTTP, in parentheses at the end of a
message, with the cause and what to do. The line "HINT:" after a message says
the same with the names of your host, bucket and region.

${definitions(rows)}
Where to look:
${definitions([
  ['the log', '~/gpAdminLogs/gpbackup_s3_plugin_YYYYMMDD.log on the host where it failed'],
  ['every request', 'set logger_verbosity: debug in the config file'],
  ['all messages', 'docs/troubleshooting.md in gpbackup_s3_plugin.docs, next to this program'],
])}`;
}
