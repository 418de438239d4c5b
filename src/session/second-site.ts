import { partitionOf } from '../base/aws-partitions.ts';
import { UsageError } from '../base/plugin-error.ts';
import type { AddressConfig, Config } from '../config/config.ts';
import type { CommandContext } from './command.ts';
import { type Session, sessionOf } from './session.ts';

/** In front of hints: they name the options of the first site. */
const ABOUT = 'at the second site (the same options with remote_ in front)';

/**
 * A session with the second site.
 * @param waits how long it is waited for, as in `openSession`
 * @throws {UsageError} where there is none
 */
export async function openSecond(
  { second }: Pick<Config, 'second'>,
  context: CommandContext,
  waits: 'long' | 'short',
): Promise<Session> {
  if (second === undefined) {
    throw new UsageError('there is no second site: "remote_bucket" is not set', {
      hint: 'set remote_bucket, and what else distinguishes it from the first site: see docs/replication.md',
    });
  }
  return await sessionOf(second, context, waits, { about: ABOUT, log: context.log.at(second.logVerbosity) });
}

/** Whether both sites are buckets of one server, which can copy from one to the other. */
export function isOneServer(one: AddressConfig, other: AddressConfig): boolean {
  if (one.endpointSource?.href !== other.endpointSource?.href) return false;
  if (one.endpoint === undefined || other.endpoint === undefined) {
    // Amazon copies between regions, but not out of a partition.
    const isAws = one.endpoint === undefined && other.endpoint === undefined;
    return isAws && partitionOf(one.region ?? '').name === partitionOf(other.region ?? '').name;
  }
  const { scheme, host, path } = one.endpoint;
  return scheme === other.endpoint.scheme && host === other.endpoint.host && path === other.endpoint.path;
}
