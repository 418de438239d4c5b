import { AbortScope } from '../base/abort-scope.ts';

/** Runs `work` for every item, `most` at once. The first failure ends the rest and is thrown when all have ended. */
export async function inParallel<T>(
  items: Iterable<T>,
  most: number,
  signal: AbortSignal,
  work: (item: T, signal: AbortSignal) => Promise<void>,
): Promise<void> {
  const scope = new AbortScope(signal);
  const running = new Set<Promise<void>>();
  try {
    for (const item of items) {
      scope.signal.throwIfAborted();
      const task = work(item, scope.signal)
        .catch((error: unknown) => scope.abort(error))
        .finally(() => running.delete(task));
      running.add(task);
      if (running.size >= most) await Promise.race(running);
    }
    await Promise.all(running);
    scope.signal.throwIfAborted();
  } catch (error) {
    scope.abort(error);
    await Promise.allSettled(running);
    throw error;
  } finally {
    scope.release();
  }
}
