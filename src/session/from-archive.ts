import { pause } from '../base/pause.ts';
import { PluginError } from '../base/plugin-error.ts';
import { PROGRAM } from '../base/product.ts';
import { type ArchivedObject, type ClosedObject, closedObjects } from '../catalogue/archived.ts';
import { counted } from '../output/deletion.ts';
import { listed } from '../output/listed.ts';
import { showOnTerminal } from '../process/messages.ts';
import type { S3Client } from '../s3/client.ts';
import { S3Error } from '../s3/errors/s3-error.ts';
import { getRange } from '../s3/operations/get-range.ts';
import { restoreObject } from '../s3/operations/restore-object.ts';
import { inParallel } from '../transfer/in-parallel.ts';
import type { Session } from './session.ts';

/** Objects of the backup can't be read, because they are in an archive. */
export class ArchivedError extends PluginError {}

type Tier = 'standard' | 'bulk' | 'expedited';

/** How long copies of archived objects stay: longer than any restore. */
const DAYS = 7;
const AT_ONCE = 32;
/** Milliseconds that an expedited request is waited for: it takes 1 to 5 minutes. */
const LONGEST_WAIT = 15 * 60_000;
const FIRST_PAUSE = 1000;
const LONGEST_PAUSE = 15_000;
/** Milliseconds between lines about what goes on. */
const TELL_AFTER = 10_000;
/** On the hosts of segments, after the coordinator has looked at all. */
const MOST_ON_HOST = 64;

/** S3 User Guide, "Understanding archive retrieval options", in hours. */
const HOURS: Readonly<Record<string, Readonly<Record<Tier, number>>>> = {
  DEEP_ARCHIVE: { standard: 12, bulk: 48, expedited: 12 },
  GLACIER: { standard: 5, bulk: 12, expedited: 1 },
};

/**
 * Makes sure that these objects of a backup can be read: those in an archive are named or, with `restore_from_archive`,
 * brought back. That takes hours in most tiers, so they are waited for only where it takes minutes.
 * @param all false on a segment's host: some are looked at
 * @throws {ArchivedError} when some can't be read yet
 */
export async function openArchived(
  { client, config, log }: Session,
  objects: readonly ArchivedObject[],
  timestamp: string,
  all: boolean,
): Promise<void> {
  const closed = await closedObjects(client, objects, all ? Infinity : MOST_ON_HOST);
  if (closed.length === 0 || (await isReadAtOnce(client, closed))) return;
  const tier = config.objects.fromArchive;
  if (tier === 'off') throw closedError(closed, timestamp);
  const open = closed.filter(({ isComing }) => !isComing);
  const tell = teller((line) => {
    log.info(line);
    void showOnTerminal(`${PROGRAM}: ${line}`);
  });
  await ask(client, open, tier, (asked) =>
    tell(`asked for ${asked} of ${counted(open.length, 'archived object')} (${tier})`),
  );
  const left = await waited(client, closed, tier, (count) =>
    tell(`${counted(count, 'archived object')} of ${closed.length} not yet readable`),
  );
  if (left.length === 0) {
    log.info(`${counted(closed.length, 'archived object')} brought back for ${DAYS} days`);
    return;
  }
  throw comingError(left, open.length, timestamp, tier);
}

/** Some stores give their own classes these names, and read them at once. */
async function isReadAtOnce(client: S3Client, closed: readonly ClosedObject[]): Promise<boolean> {
  const first = closed.find(({ isComing }) => !isComing);
  if (first === undefined) return false;
  try {
    await getRange(client, { key: first.key, start: 0, end: 1 });
  } catch (error) {
    if (error instanceof S3Error && error.code === 'InvalidObjectState') return false;
    throw error;
  }
  client.log.verbose(`${client.url(first.key)} can be read, whatever its class says`);
  return true;
}

function closedError(closed: readonly ClosedObject[], timestamp: string): ArchivedError {
  const coming = closed.filter(({ isComing }) => isComing).length;
  const classes = [...new Set(closed.map(({ storageClass }) => storageClass))].join(', ');
  const names = listed(closed.map(({ key }) => key.slice(key.lastIndexOf('/') + 1)));
  const onTheWay = coming === 0 ? '' : `, ${coming} of them on the way back`;
  return new ArchivedError(
    `${counted(closed.length, 'object')} of the backup ${timestamp} can't be read, being in an archive (${classes})${onTheWay}: ${names}`,
    {
      hint:
        coming === closed.length
          ? 'run gprestore again when they are back'
          : 'set restore_from_archive: standard (3 to 12 hours), bulk (cheaper, up to 48 hours) or expedited (minutes, GLACIER alone) and run gprestore again: its set-up asks for them',
    },
  );
}

function comingError(
  left: readonly ClosedObject[],
  asked: number,
  timestamp: string,
  tier: Tier,
): ArchivedError {
  const hours = Math.max(...left.map(({ storageClass }) => hoursOf(storageClass, tier)));
  const at = new Date(Date.now() + hours * 3_600_000).toISOString().slice(0, 16);
  return new ArchivedError(
    `${counted(left.length, 'object')} of the backup ${timestamp} can't be read yet: ${asked} asked for now from the archive (${tier}), readable in about ${counted(hours, 'hour')}, at ${at}Z`,
    { hint: `run gprestore again then; the copies stay for ${DAYS} days` },
  );
}

function hoursOf(storageClass: string, tier: Tier): number {
  return (HOURS[storageClass] ?? HOURS['GLACIER'])?.[tier] ?? 12;
}

/** One that is asked for twice costs nothing: it is on its way. */
async function ask(
  client: S3Client,
  objects: readonly ClosedObject[],
  tier: Tier,
  tell: (asked: number) => void,
): Promise<void> {
  let asked = 0;
  await inParallel(objects, AT_ONCE, client.signal, async ({ key, storageClass }, signal) => {
    await restoreObject(client.with({ signal }), key, {
      tier: tierOf(storageClass, tier),
      days: storageClass === 'INTELLIGENT_TIERING' ? undefined : DAYS,
    });
    asked += 1;
    tell(asked);
  });
}

/** DEEP_ARCHIVE has no expedited retrieval (S3 API Reference, RestoreObject). */
function tierOf(storageClass: string, tier: Tier): 'Standard' | 'Bulk' | 'Expedited' {
  if (tier === 'bulk') return 'Bulk';
  return tier === 'expedited' && storageClass !== 'DEEP_ARCHIVE' ? 'Expedited' : 'Standard';
}

/** What can't be read after waiting, if it is worth while. A store may have them back at once in any tier. */
async function waited(
  client: S3Client,
  closed: readonly ClosedObject[],
  tier: Tier,
  tell: (left: number) => void,
): Promise<readonly ClosedObject[]> {
  const [first] = closed;
  const isSlow = tier !== 'expedited' || closed.some(({ storageClass }) => storageClass === 'DEEP_ARCHIVE');
  if (isSlow && first !== undefined && (await closedObjects(client, [first])).length > 0) return closed;
  const end = performance.now() + (isSlow ? 0 : LONGEST_WAIT);
  let left = await closedObjects(client, closed);
  for (let wait = FIRST_PAUSE; left.length > 0 && performance.now() < end; wait *= 2) {
    tell(left.length);
    await pause(Math.min(wait, LONGEST_PAUSE), client.signal);
    left = await closedObjects(client, left);
  }
  return left;
}

/** Tells now and then. */
function teller(tell: (line: string) => void): (line: string) => void {
  let last = performance.now();
  return (line) => {
    if (performance.now() - last < TELL_AFTER) return;
    last = performance.now();
    tell(line);
  };
}
