import { Listr } from 'listr2';
import type { Show } from './stage.ts';

/** One line of the progress display. */
export interface Act {
  readonly title: string;
  /** Gives what was done, in a few words. */
  readonly run: (show: Show) => Promise<string>;
}

/** Columns that the live display needs; some terminals without a window say that they have none. */
const NARROWEST = 40;

/**
 * Performs one act after the other. On a terminal the running one shows how far it is; elsewhere each act is
 * one line when it is done.
 * @throws what the first failing act threw.
 */
export async function perform(acts: readonly Act[], signal: AbortSignal): Promise<void> {
  if (process.stdout.isTTY && process.stdout.columns >= NARROWEST) await performLive(acts, signal);
  else await performPlainly(acts, signal);
}

async function performPlainly(acts: readonly Act[], signal: AbortSignal): Promise<void> {
  for (const { title, run } of acts) {
    signal.throwIfAborted();
    console.log(`${title}: ${await run(() => {})}`);
  }
}

async function performLive(acts: readonly Act[], signal: AbortSignal): Promise<void> {
  const list = new Listr(
    acts.map(({ title, run }) => ({
      title,
      task: async (_: unknown, task: { title?: string; output?: string }) => {
        signal.throwIfAborted();
        const done = await run((text) => {
          task.output = text;
        });
        task.title = `${title}: ${done}`;
      },
    })),
    // The demo ends its processes itself before it leaves.
    { registerSignalListeners: false, rendererOptions: { collapseErrors: false, showErrorMessage: false } },
  );
  await list.run();
}
