import { homedir } from 'node:os';
import { formatDuration } from '../../base/duration.ts';
import { PluginError } from '../../base/plugin-error.ts';
import type { Finding } from '../../output/finding.ts';
import type { Credentials } from '../../s3/auth/credentials.ts';
import type { Session } from '../session.ts';
import type { Checked } from './checked.ts';
import { failedBy, ok, oneLine, unseen, warn } from './findings.ts';

const WHAT = 'keys';
/** Keys that nobody renews should outlive a backup that starts now: milliseconds. */
const SHORT = 12 * 3_600_000;

/** Where the keys come from, whose they are, and how long they serve. */
export async function keyFindings(checked: Checked): Promise<readonly Finding[]> {
  const { session, signal } = checked;
  const { credentials } = session.parts;
  let keys: Credentials;
  try {
    keys = await credentials.current(signal);
  } catch (error) {
    signal.throwIfAborted();
    return [{ ...failedBy(WHAT, error), failure: 'unreachable' }];
  }
  return [...sourceFindings(session, keys), ...(await whoFinding(checked, keys))];
}

function sourceFindings({ config, parts }: Session, keys: Credentials): readonly Finding[] {
  const { signIn } = config.connection;
  const id = `key id ${masked(keys.accessKeyId)}`;
  const facts = parts.credentials.facts?.();
  if (signIn.from === 'file') {
    const isTemporary = keys.sessionToken !== undefined;
    return isTemporary
      ? [
          warn(
            WHAT,
            `${id}, from the config file, with a session token, which ends within hours`,
            'use permanent keys, or a source that renews them (credential_source)',
          ),
        ]
      : [ok(WHAT, `${id}, from the config file`)];
  }
  const source = facts?.source ?? 'those that another process of this host got';
  const expires = facts?.expires ?? Number.POSITIVE_INFINITY;
  if (!Number.isFinite(expires)) return [ok(WHAT, `${id}, from: ${source}; they do not end`)];
  const left = expires - Date.now();
  const detail = `${id}, from: ${source}; they end in ${formatDuration(left)}`;
  const isRenewed = !/^(environment|profile)$/.test(source);
  return [
    isRenewed || left > SHORT
      ? ok(WHAT, `${detail}${isRenewed ? ' and are renewed' : ''}`)
      : warn(WHAT, detail, 'nothing renews them: use another credential_source'),
  ];
}

/** STS is asked where there is one: AWS's, or the one that is named. */
async function whoFinding({ session, signal }: Checked, keys: Credentials): Promise<readonly Finding[]> {
  const { config, parts } = session;
  const { address, signIn } = config.connection;
  const endpoint = signIn.from === 'host' ? signIn.stsEndpoint : undefined;
  if (address.endpoint !== undefined && endpoint === undefined) return [];
  const { callerIdentity } = await import('../../s3/auth/caller-identity.ts');
  try {
    const { arn, account } = await callerIdentity(
      {
        ...parts,
        retryPolicy: { timeout: 10_000, reachTimeout: 5000, maxRetries: 1 },
        settings: endpoint === undefined ? {} : { sts: { url: endpoint, region: address.region } },
        home: homedir(),
        metadataTimeout: () => 0,
        dualStack: address.dualStack,
        fips: address.fips,
      },
      signal,
      keys,
    );
    return [ok('identity', `${arn}, account ${account}`)];
  } catch (error) {
    signal.throwIfAborted();
    if (!(error instanceof PluginError)) throw error;
    // The bucket decides whether the keys are right: not every server has this.
    return [unseen('identity', oneLine(error))];
  }
}

/** `AKIA…WXYZ`: enough to find it in a list. */
function masked(id: string): string {
  return id.length <= 8 ? `${id.slice(0, 2)}…` : `${id.slice(0, 4)}…${id.slice(-4)}`;
}
