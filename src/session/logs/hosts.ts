import { failedHostLog } from '../../output/host-log.ts';
import { inParallel } from '../../transfer/in-parallel.ts';
import { quoted, type Remote, type SshOptions, ssh } from '../ssh.ts';
import { type HostAnswer, readAnswer } from './answer.ts';

/** Milliseconds that a host may take to read its log. */
const PATIENCE = 120_000;
const AT_ONCE = 32;

/**
 * Lets the program on other hosts read their logs, in parallel. A host that can't be asked is an answer too.
 * @param timestamp undefined: each host tells of the last backup in its own log
 */
export async function askHosts(
  hosts: readonly string[],
  executable: string,
  timestamp: string | undefined,
  { environment, signal }: Pick<SshOptions, 'environment' | 'signal'>,
): Promise<readonly HostAnswer[]> {
  const words = [executable, 'log', '-', ...(timestamp === undefined ? [] : [timestamp]), '--json'];
  const script = `exec ${words.map(quoted).join(' ')}`;
  const answers = new Map<string, HostAnswer>();
  await inParallel(hosts, AT_ONCE, signal, async (host, scope) => {
    const remote = await ssh(host, script, { environment, signal: scope, patience: PATIENCE });
    answers.set(host, answerOf(host, remote));
  });
  return hosts.flatMap((host) => answers.get(host) ?? []);
}

/** What a host printed: a line of JSON among whatever it says to everybody. */
function answerOf(host: string, { exitCode, stdout, error }: Remote): HostAnswer {
  const line = stdout.split('\n').find((one) => one.startsWith('{"version":'));
  const answer = line === undefined ? undefined : readAnswer(host, line);
  if (answer !== undefined) return answer;
  const why = error === '' ? `the program there exited with status ${exitCode ?? 'unknown'}` : error;
  return { timestamp: undefined, log: failedHostLog(host, why) };
}
