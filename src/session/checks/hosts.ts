import { readFileSync } from 'node:fs';
import { VERSION } from '../../base/product.ts';
import type { Finding } from '../../output/finding.ts';
import { sha256Hex } from '../../s3/auth/signer.ts';
import { quoted, type Remote, type SshOptions, ssh } from '../ssh.ts';
import { clockDifference } from './clock.ts';
import { fail, ok, warn } from './findings.ts';

/** Milliseconds that all checks of a host may take; `--write` moves 64 MB twice. */
const PATIENCE = 600_000;
/** Processes of ssh, of some megabytes each. */
const AT_ONCE = 64;
/** In front of each answer: a host may print anything else first. */
const MARK = 'gpbackup_s3_plugin@';

/** What is the same on all hosts, or should be. */
export interface HostsQuestion {
  readonly configPath: string;
  readonly executable: string;
  readonly write: boolean;
}

/** The same checks on other hosts, in parallel; a line for each host, and one for each thing that differs there. */
export async function hostFindings(
  hosts: readonly string[],
  question: HostsQuestion,
  context: Pick<SshOptions, 'environment' | 'signal'>,
): Promise<readonly Finding[]> {
  const all: Finding[][] = [];
  const next = hosts.entries();
  const work = async (): Promise<void> => {
    for (const [index, host] of next) {
      const findings = await ofHost(host, question, context);
      all[index] = findings.map((finding) => ({ ...finding, host }));
    }
  };
  await Promise.all(Array.from({ length: Math.min(AT_ONCE, hosts.length) }, work));
  return all.flat();
}

/**
 * What was found on hosts without what was found here too: a rule that the bucket does not have is one finding, however
 * many hosts look at it.
 */
export function withoutRepeats(
  hosts: readonly string[],
  here: readonly Finding[],
  others: readonly Finding[],
): readonly Finding[] {
  const known = new Set(here.map(idOf));
  return hosts.flatMap((host) => {
    const own = others.filter((finding) => finding.host === host);
    const left = own.filter((finding) => !known.has(idOf(finding)));
    if (left.length > 0 || own.length === 0) return left;
    return [{ ...ok('host', `version ${VERSION}, the same config and time, the same findings`), host }];
  });
}

function idOf({ status, what, detail }: Finding): string {
  return JSON.stringify([status, what, detail]);
}

async function ofHost(
  host: string,
  question: HostsQuestion,
  context: Pick<SshOptions, 'environment' | 'signal'>,
): Promise<readonly Finding[]> {
  const startedAt = Date.now();
  let clockAt: number | undefined;
  const remote = await ssh(host, scriptOf(question), {
    ...context,
    patience: PATIENCE,
    onOutput: (text) => {
      if (clockAt === undefined && text.includes(`${MARK}config`)) clockAt = Date.now();
    },
  });
  const answers = answersIn(remote.stdout);
  if (!answers.has('clock')) return [unreachable(host, remote)];
  return readAnswers(question, answers, { from: startedAt, to: clockAt ?? Date.now() }, remote);
}

/** Only hashes leave the host of what may have secrets in it. */
function scriptOf({ configPath, executable, write }: HostsQuestion): string {
  const [program, config] = [quoted(executable), quoted(configPath)];
  return [
    `echo ${MARK}clock; date +%s`,
    `echo ${MARK}config; sha256sum <${config}`,
    `echo ${MARK}version; ${program} --version`,
    `echo ${MARK}check; exec ${program} check ${config} --json${write ? ' --write' : ''}`,
  ].join('; ');
}

/** Texts by their marks. */
function answersIn(output: string): ReadonlyMap<string, string> {
  const [, ...parts] = output.split(MARK);
  return new Map(
    parts.map((part) => {
      const end = part.indexOf('\n');
      return [part.slice(0, end), part.slice(end + 1).trim()] as const;
    }),
  );
}

function unreachable(host: string, { exitCode, error }: Remote): Finding {
  const why = error === '' ? `ssh exited with status ${exitCode ?? 'unknown'}` : error;
  const hint = `"ssh -o BatchMode=yes ${host} true" must work without a password`;
  return { ...fail('ssh', why, hint), failure: 'unreachable' };
}

function readAnswers(
  { configPath, executable }: HostsQuestion,
  answers: ReadonlyMap<string, string>,
  { from, to }: { readonly from: number; readonly to: number },
  remote: Remote,
): readonly Finding[] {
  const findings: Finding[] = [];
  const said = answers.get('version') ?? '';
  const version = /^\S+ version (\S+)$/.exec(said)?.[1];
  const install = 'install-on-hosts.sh installs the same version on all hosts';
  if (version === undefined) {
    const why = remote.error === '' ? 'it does not say its version' : remote.error;
    findings.push(fail('version', `${executable} can't be started: ${why}`, install));
  } else if (version !== VERSION) {
    findings.push(fail('version', `${version} is installed, here ${VERSION}`, install));
  }
  const hash = /^[0-9a-f]{64}/.exec(answers.get('config') ?? '')?.[0];
  if (hash === undefined) {
    const hint = `copy ${configPath} there`;
    findings.push(fail('config', `${configPath} is missing, or this user can't read it`, hint));
  } else if (hash !== hashOf(configPath)) {
    findings.push(
      warn('config', `${configPath} is another one than here`, 'copy the same file to all hosts'),
    );
  }
  const second = Number(answers.get('clock')) * 1000;
  // It is cut to the second, and said between these two.
  const off = second + 1000 < from ? second + 1000 - from : second > to ? second - to : 0;
  const clock = clockDifference('clock', off, "this host's", 'set the clocks of all hosts (chrony, ntp)');
  if (clock.status !== 'ok') findings.push(clock);
  if (version !== undefined && hash !== undefined) findings.push(...ofCheck(answers.get('check') ?? ''));
  return findings.length > 0
    ? findings
    : [ok('host', `version ${VERSION}, the same config and time, all checks are ok`)];
}

/** What is not in order there; in its own words. */
function ofCheck(text: string): readonly Finding[] {
  try {
    const { result } = JSON.parse(text) as {
      result: { checks: readonly Readonly<Record<string, unknown>>[] };
    };
    return result.checks
      .filter(({ status }) => status !== 'ok')
      .map(({ status, what, detail, hint }) => ({
        status: status === 'warn' ? 'warn' : 'FAIL',
        what: typeof what === 'string' ? what : 'check',
        detail: typeof detail === 'string' ? detail : '',
        hint: typeof hint === 'string' ? hint : undefined,
      }));
  } catch {
    return [fail('check', 'the program there does not check as this one does', 'install the same version')];
  }
}

function hashOf(path: string): string | undefined {
  try {
    return sha256Hex(readFileSync(path));
  } catch {
    return undefined;
  }
}
