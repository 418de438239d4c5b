import { UsageError } from '../base/plugin-error.ts';

/** How many files the directory commands move at once, unless told otherwise. */
const FILES_AT_ONCE = 5;

/** The optional third argument of the directory commands. */
export function filesAtOnce(text: string | undefined): number {
  if (text === undefined) return FILES_AT_ONCE;
  if (/^[1-9]\d{0,2}$/.test(text)) return Number(text);
  throw new UsageError(`"${text}" is no number of files at once: it must be from 1 to 999`);
}

/** Runs `work` for every item, `most` at once. The first failure ends the rest and is thrown when all have ended. */
export async function inParallel<T>(
  items: Iterable<T> | AsyncIterable<T>,
  most: number,
  signal: AbortSignal,
  work: (item: T, signal: AbortSignal) => Promise<void>,
): Promise<void> {
  const scope = new AbortController();
  const stop = (): void => scope.abort(signal.reason);
  signal.addEventListener('abort', stop, { once: true });
  const running = new Set<Promise<void>>();
  try {
    signal.throwIfAborted();
    for await (const item of items) {
      const task = work(item, scope.signal)
        .catch((error: unknown) => scope.abort(error))
        .finally(() => running.delete(task));
      running.add(task);
      if (running.size >= most) await Promise.race(running);
      scope.signal.throwIfAborted();
    }
    await Promise.all(running);
    scope.signal.throwIfAborted();
  } catch (error) {
    scope.abort(error);
    await Promise.allSettled(running);
    throw error;
  } finally {
    signal.removeEventListener('abort', stop);
  }
}
