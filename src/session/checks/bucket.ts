import { belowFolder } from '../../backup/key.ts';
import type { Finding } from '../../output/finding.ts';
import { isUnknownKey } from '../../s3/errors/classify.ts';
import { isDenied, S3Error } from '../../s3/errors/s3-error.ts';
import { getRange } from '../../s3/operations/get-range.ts';
import {
  type BucketLook,
  clockOfFailure,
  lookAtBucket,
  type ServerClock,
} from '../../s3/operations/look-at-bucket.ts';
import type { Checked } from './checked.ts';
import { clockFinding } from './clock.ts';
import { failedBy, ok, unseen, warn } from './findings.ts';

/** What the first request to the bucket shows. */
export interface Reached {
  readonly findings: readonly Finding[];
  /** Whether the rest is worth a try: the server has answered these keys. */
  readonly usable: boolean;
  /** Whether these keys may list. */
  readonly lists: boolean;
  /** A key that can be read, where there is one. */
  readonly key: string | undefined;
}

/** Whether the server takes these keys, the bucket is there, and in which region; and the clock. */
export async function reachBucket(checked: Checked): Promise<Reached> {
  const { client, session } = checked;
  const { folder } = session.config;
  const wanted = client.server.region;
  const url = client.url(belowFolder(folder, ''));
  let look: BucketLook;
  try {
    look = await lookAtBucket(client, belowFolder(folder, ''));
  } catch (error) {
    session.signal.throwIfAborted();
    if (!(error instanceof S3Error))
      return { findings: [failedBy('bucket', error)], usable: false, lists: false, key: undefined };
    const clock = clockOfFailure(error);
    const clocks = clock === undefined ? [] : [clockFinding(clock)];
    if (isDenied(error) && error.code === 'AccessDenied') return denied(url, error, clock);
    const failed = failedBy(error.status === 404 ? 'bucket' : 'access', error);
    // Some of these are 400.
    const refused = isUnknownKey(error.code) || error.code.startsWith('Expired');
    return {
      findings: [refused ? { ...failed, failure: 'unreachable' } : failed, ...clocks],
      usable: false,
      lists: false,
      key: undefined,
    };
  }
  const { region } = client.server;
  const moved =
    region === wanted
      ? []
      : [
          warn(
            'region',
            `the bucket is in "${region}", requests are first signed for "${wanted}": each process sends one in vain`,
            `set region: ${region}`,
          ),
        ];
  return {
    findings: [
      ok('bucket', `${url} is there, and these keys are taken`),
      ...(moved.length > 0 ? moved : [ok('region', region)]),
      clockFinding(look.clock),
      ok('list', `${url} can be listed`),
    ],
    usable: true,
    lists: true,
    key: look.key,
  };
}

/** Keys that may only store are fine for gpbackup. */
function denied(url: string, error: S3Error, clock: ServerClock | undefined): Reached {
  return {
    findings: [
      unseen('bucket', 'these keys may not list it'),
      clockFinding(clock),
      warn(
        'list',
        `${url} can't be listed: ${error.reason} (${error.code})`,
        'gprestore, delete_backup and the commands for operators need s3:ListBucket ("policy --role" prints it); gpbackup does not; --write shows whether these keys may store; some servers also say so when aws_secret_access_key or aws_access_key_id is wrong',
      ),
    ],
    usable: true,
    lists: false,
    key: undefined,
  };
}

/** Whether what is there can be read; an object in an archive shows nothing. */
export async function readFinding({ client }: Checked, key: string | undefined): Promise<Finding> {
  if (key === undefined) return unseen('read', 'there is no object to read; --write tries it');
  try {
    await getRange(client, { key, start: 0, end: 1 });
    return ok('read', 'an object of the folder can be read');
  } catch (error) {
    if (!(error instanceof S3Error)) return failedBy('read', error);
    if (error.code === 'InvalidObjectState') return unseen('read', 'the first object is in an archive');
    // Deleted since it was listed.
    if (error.status === 404) return unseen('read', 'the first object is gone');
    return isDenied(error)
      ? warn('read', `these keys may not read: ${error.message}`, error.hint)
      : failedBy('read', error);
  }
}
