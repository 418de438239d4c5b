import { setTimeout } from 'node:timers/promises';
import type { ServerProcess } from './server-process.ts';

const patienceMilliseconds = 120_000;
const pollMilliseconds = 200;

/**
 * Repeats a command of a server's that is starting.
 * @throws what the command threw last, when the process has ended or time is up
 */
export async function untilSucceeds<T>(command: () => Promise<T>, server: ServerProcess): Promise<T> {
  const deadline = Date.now() + patienceMilliseconds;
  for (;;) {
    try {
      return await command();
    } catch (error) {
      if (!server.isRunning || Date.now() > deadline) throw error;
      await setTimeout(pollMilliseconds);
    }
  }
}
