import { parseDuration } from '../base/duration.ts';
import { PluginError, UsageError } from '../base/plugin-error.ts';
import { printable } from '../base/printable.ts';
import { PROGRAM } from '../base/product.ts';
import { checkLines, checkSummary, nagiosLine } from '../output/check-lines.ts';
import { type Finding, worstOf } from '../output/finding.ts';
import type { Answer, Outcome } from '../output/result.ts';
import { checkHere, type Found } from '../session/checks/all.ts';
import { executableIn } from '../session/checks/config-file.ts';
import { hostFindings, withoutRepeats } from '../session/checks/hosts.ts';
import type { CommandContext, CommandInput } from '../session/command.ts';
import { readHosts } from '../session/hosts.ts';
import { Progress } from '../session/progress.ts';

interface Flags {
  readonly write?: boolean | undefined;
  readonly hosts?: string | undefined;
  readonly 'max-age'?: string | undefined;
  readonly nagios?: boolean | undefined;
}

const NAGIOS_CODES = { ok: 0, warn: 1, FAIL: 2 } as const;
const UNKNOWN = 3;

/** `check CONFIG`: the config, this host and others, the way to the bucket, its settings, and the last backup. */
export async function check(
  { args: { config: configPath }, flags }: CommandInput<{ readonly config: string }, Flags>,
  context: CommandContext,
): Promise<Answer> {
  if (flags.nagios !== true) return await checked(configPath, flags, context);
  try {
    return await checked(configPath, flags, context);
  } catch (error) {
    context.signal.throwIfAborted();
    if (!(error instanceof PluginError)) throw error;
    const { message } = error;
    const line = `GPBACKUP_S3 UNKNOWN - ${printable(message.replaceAll('|', '/'))}\n`;
    return {
      kind: 'answer',
      data: { status: 'UNKNOWN', message },
      text: () => [line],
      outcome: { exitCode: UNKNOWN },
    };
  }
}

async function checked(configPath: string, flags: Flags, context: CommandContext): Promise<Answer> {
  const { write = false, hosts: hostFile, 'max-age': age, nagios = false } = flags;
  const maxAge = age === undefined ? undefined : durationOf(age);
  const hosts = hostFile === undefined ? [] : readHosts(hostFile);
  const progress = new Progress();
  const elsewhere = ofHosts(hosts, configPath, write, context);
  let here: Found;
  let others: readonly Finding[];
  try {
    [here, others] = await Promise.all([
      checkHere({ configPath, write, maxAge }, context, progress),
      elsewhere,
    ]);
  } finally {
    progress.clear();
  }
  const findings = [...here.findings, ...withoutRepeats(hosts, here.findings, others)];
  context.log.info(`checked ${configPath}: ${checkSummary(findings)}`);
  const { figures } = here;
  const seconds = maxAge === undefined ? undefined : Math.round(maxAge / 1000);
  return {
    kind: 'answer',
    data: dataOf(findings, here, hosts),
    text: (paper) => (nagios ? [nagiosLine(findings, figures, seconds)] : checkLines(findings, paper)),
    outcome: nagios ? { exitCode: NAGIOS_CODES[worstOf(findings)] } : outcomeOf(findings),
  };
}

async function ofHosts(
  hosts: readonly string[],
  configPath: string,
  write: boolean,
  context: CommandContext,
): Promise<readonly Finding[]> {
  if (hosts.length === 0) return [];
  const executable = (await executableIn(configPath)) ?? PROGRAM;
  return await hostFindings(hosts, { configPath, executable, write }, context);
}

function dataOf(
  findings: readonly Finding[],
  { figures, lastBackup }: Found,
  hosts: readonly string[],
): unknown {
  return {
    status: worstOf(findings),
    checks: findings.map(({ status, what, detail, hint, unseen, host }) => ({
      status,
      what,
      detail,
      hint: hint ?? null,
      seen: unseen !== true,
      host: host ?? null,
    })),
    hosts,
    last_backup: lastBackup ?? null,
    last_backup_age_seconds: figures.age ?? null,
    latency_seconds: figures.latency ?? null,
    upload_bytes_per_second: figures.up ?? null,
    download_bytes_per_second: figures.down ?? null,
  };
}

function durationOf(text: string): number {
  const milliseconds = parseDuration(text);
  if (milliseconds === undefined)
    throw new UsageError(`--max-age: "${printable(text)}" is not a valid duration (expected 26h, 2d)`);
  return milliseconds;
}

/** A config file that can't be used comes first, then what can't be reached, then everything else. */
function outcomeOf(findings: readonly Finding[]): Outcome {
  const here = findings.filter(({ host }) => host === undefined);
  if (here.some(({ failure }) => failure === 'usage')) return 'usage';
  if (findings.some(({ failure }) => failure === 'unreachable')) return 'unreachable';
  return worstOf(findings) === 'ok' ? 'ok' : 'findings';
}
