import { minuteOfWeek, rateAt, type Timetable } from '../base/timetable.ts';
import type { BandwidthConfig } from '../config/config.ts';
import { ownFolder } from '../host/private-folder.ts';
import { SharedRate } from '../host/shared-rate.ts';
import type { Log } from '../log/log.ts';
import { localClock } from '../log/time-zone.ts';
import { Lane, type Line } from '../s3/http/lane.ts';
import type { Pace } from '../s3/pace.ts';

const MINUTE = 60_000;

/** The limits of this host, by direction. Nothing is opened before the first body. */
export function paceOf({ backup, restore }: BandwidthConfig, log: Log): Pace {
  return { up: laneOf('backup', backup, log), down: laneOf('restore', restore, log) };
}

function laneOf(
  direction: 'backup' | 'restore',
  timetable: Timetable | undefined,
  log: Log,
): Lane | undefined {
  if (timetable === undefined) return undefined;
  const rate = rateOf(timetable, () => Date.now());
  let shared: SharedRate | undefined;
  const line: Line = {
    rate,
    reserve: (cost) => {
      shared ??= sharedRate(direction, log);
      return shared.reserve(cost);
    },
  };
  return new Lane(line);
}

/**
 * Of all processes of this user, whatever their environments: a session has a folder of its own (XDG_RUNTIME_DIR), and
 * what the database starts has none.
 */
function sharedRate(direction: string, log: Log): SharedRate {
  return new SharedRate(ownFolder({}), `bandwidth-${direction}`, (reason) => {
    log.warning(
      `${direction}_bandwidth_limit holds for this process alone, not for all of this host together: ${reason}`,
    );
  });
}

/** The rate of the present minute, local time; its zone is looked up once a minute, and never for a single rate. */
export function rateOf(timetable: Timetable, now: () => number): () => number | undefined {
  const [only, second] = timetable;
  if (second === undefined) return () => only?.perSecond;
  let minute = -1;
  let rate: number | undefined;
  return () => {
    const present = Math.floor(now() / MINUTE);
    if (present !== minute) {
      minute = present;
      rate = rateAt(timetable, minuteOfWeek(localClock(new Date(present * MINUTE))));
    }
    return rate;
  };
}
