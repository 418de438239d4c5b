import type { Timetable } from '../base/timetable.ts';
import type { BandwidthConfig } from '../config/config.ts';
import { ownFolder } from '../host/private-folder.ts';
import { SharedRate } from '../host/shared-rate.ts';
import type { Log } from '../log/log.ts';
import { Lane, type Line } from '../s3/http/lane.ts';
import { Pace } from '../s3/pace.ts';
import { presentRate } from './present-rate.ts';

/** The limits of this host, by direction. Nothing is opened before the first body. */
export function paceOf({ backup, restore }: BandwidthConfig, log: Log): Pace {
  return new Pace(laneOf('backup', backup, log), laneOf('restore', restore, log));
}

function laneOf(
  direction: 'backup' | 'restore',
  timetable: Timetable | undefined,
  log: Log,
): Lane | undefined {
  if (timetable === undefined) return undefined;
  let shared: SharedRate | undefined;
  const line: Line = {
    rate: presentRate(timetable),
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
