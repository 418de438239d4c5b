import { formatDuration } from '../../base/duration.ts';
import type { Finding } from '../../output/finding.ts';
import type { ServerClock } from '../../s3/operations/look-at-bucket.ts';
import { fail, ok, unseen, warn } from './findings.ts';

/** Milliseconds. Headers are to the second, and answers take their time. */
const NOTED = 60_000;
/** Servers refuse signatures that are 15 minutes off; some other clouds and STS allow five. */
const HARMFUL = 300_000;
const HINT = "set this host's clock (chrony, ntp); S3 refuses requests that are 15 minutes off";

/** How far this host's clock is from the server's. */
export function clockFinding(clock: ServerClock | undefined): Finding {
  if (clock === undefined) return unseen('clock', 'the server does not say its time');
  return clockDifference('clock', clock.here - clock.server, "the server's", HINT);
}

/** @param off milliseconds that a clock is ahead of the other */
export function clockDifference(what: string, off: number, other: string, hint: string): Finding {
  const far = Math.abs(off);
  if (far < NOTED) return ok(what, `the same as ${other}`);
  const shown = far < 120_000 ? formatDuration(far) : `${Math.round(far / 60_000)} min`;
  const detail = `${shown} ${off > 0 ? 'ahead of' : 'behind'} ${other}`;
  return far < HARMFUL ? warn(what, detail, hint) : fail(what, detail, hint);
}
