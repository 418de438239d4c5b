import { hostname } from 'node:os';
import { parseTimestamp } from '../backup/timestamp.ts';
import { PROGRAM } from '../base/product.ts';
import { readRawConfig } from '../config/load.ts';
import { type HostLog, hostLogText } from '../output/host-log.ts';
import type { Answer, Outcome } from '../output/result.ts';
import type { CommandContext, CommandInput } from '../session/command.ts';
import { readHosts } from '../session/hosts.ts';
import { logsOf } from '../session/logs/all.ts';

interface Args {
  readonly config: string;
  readonly timestamp?: string | undefined;
}

/** `log CONFIG [TIMESTAMP]`: what the logs of this host and of others say of a backup. `-` is no config file. */
export async function log(
  { args: { config, timestamp }, flags }: CommandInput<Args, { readonly hosts?: string | undefined }>,
  context: CommandContext,
): Promise<Answer> {
  const wanted = timestamp === undefined ? undefined : parseTimestamp(timestamp);
  const named = config === '-' ? undefined : (await readRawConfig(config)).top.get('executablepath');
  const others = flags.hosts === undefined ? [] : readHosts(flags.hosts);
  const executable = named === undefined || named === '' ? PROGRAM : named;
  const found = await logsOf({ here: hostname(), others, executable, timestamp: wanted }, context);
  const { hosts } = found;
  return {
    kind: 'answer',
    data: { timestamp: found.timestamp ?? null, hosts },
    text: () => hostLogText(found.timestamp, hosts),
    outcome: outcomeOf(hosts),
  };
}

function outcomeOf(hosts: readonly HostLog[]): Outcome {
  if (hosts.every(({ status }) => status === 'none')) return 'nothing found';
  return hosts.some(({ status, errors }) => status === 'failed' || errors > 0) ? 'findings' : 'ok';
}
