import { readFileSync } from 'node:fs';
import { posixOffset } from './posix-time-zone.ts';

const ZONES = '/usr/share/zoneinfo';

/**
 * Seconds that local time is ahead of UTC at `at`, from the system's zone files; undefined if they are
 * missing or damaged. Own code because the runtime's local time costs 4.3 ms at its first use (it loads all of ICU's
 * zones), which is a third of what storing a small table takes.
 *
 * @param zone the variable TZ: unset for the system's zone, a name, or a rule (POSIX, "Environment Variables").
 */
export function localOffset(at: Date, zone: string | undefined): number | undefined {
  const seconds = Math.floor(at.getTime() / 1000);
  try {
    if (zone === undefined) return offsetInFile(readFileSync('/etc/localtime'), seconds);
    const name = zone.replace(/^:/, '');
    if (name === '') return 0;
    if (name.includes('..')) return undefined;
    return offsetInFile(readFileSync(name.startsWith('/') ? name : `${ZONES}/${name}`), seconds);
  } catch {
    return zone === undefined ? undefined : posixOffset(zone, seconds);
  }
}

/** A date whose UTC fields are the local time of `at`. */
export function localClock(at: Date): Date {
  return new Date(at.getTime() + offsetAt(at) * 1000);
}

/** Seconds, by the zone of this process. */
function offsetAt(at: Date): number {
  return localOffset(at, process.env['TZ']) ?? -at.getTimezoneOffset() * 60;
}

/**
 * The instant when clocks of this host show a local time, given as a date whose UTC fields are that time. An hour that
 * occurs twice is the one by the offset around it; one that is skipped is an hour off.
 */
export function instantOfLocal(local: Date): Date {
  const near = new Date(local.getTime() - offsetAt(local) * 1000);
  return new Date(local.getTime() - offsetAt(near) * 1000);
}

/** Lengths of the sections of a zone file, in the order in which the header counts them. */
interface Counts {
  readonly utc: number;
  readonly standard: number;
  readonly leaps: number;
  readonly transitions: number;
  readonly types: number;
  readonly letters: number;
}

const HEADER = 44;

/** Reads a zone file (RFC 9636, TZif): transitions first, the rule at its end for all later times. */
export function offsetInFile(file: Buffer, seconds: number): number | undefined {
  if (file.toString('latin1', 0, 4) !== 'TZif' || file[4] === 0) return undefined;
  const first = countsAt(file, 0);
  // The first block has 32-bit times, for old readers.
  const second = HEADER + dataLength(first, 4);
  const counts = countsAt(file, second);
  const times = second + HEADER;
  const typeOf = times + counts.transitions * 8;
  const types = typeOf + counts.transitions;
  let last = -1;
  for (let index = 0; index < counts.transitions; index += 1) {
    if (Number(file.readBigInt64BE(times + index * 8)) > seconds) break;
    last = index;
  }
  if (last === counts.transitions - 1) {
    const rule = file.toString('latin1', second + HEADER + dataLength(counts, 8)).trim();
    if (rule !== '') return posixOffset(rule, seconds);
  }
  const type = last === -1 ? 0 : file.readUInt8(typeOf + last);
  return file.readInt32BE(types + type * 6);
}

function countsAt(file: Buffer, header: number): Counts {
  const count = (index: number): number => file.readUInt32BE(header + 20 + index * 4);
  return {
    utc: count(0),
    standard: count(1),
    leaps: count(2),
    transitions: count(3),
    types: count(4),
    letters: count(5),
  };
}

function dataLength(counts: Counts, timeSize: number): number {
  return (
    counts.transitions * (timeSize + 1) +
    counts.types * 6 +
    counts.letters +
    counts.leaps * (timeSize + 4) +
    counts.standard +
    counts.utc
  );
}
