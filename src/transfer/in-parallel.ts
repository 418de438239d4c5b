import { AbortScope } from '../base/abort-scope.ts';
import { untilAborted } from '../base/until-aborted.ts';

/** Runs `work` for every item, `most` at once. The first failure ends the rest and is thrown when all have ended. */
export async function inParallel<T>(
  items: AsyncGenerator<T>,
  most: number,
  signal: AbortSignal,
  work: (item: T, signal: AbortSignal) => Promise<void>,
): Promise<void> {
  const scope = new AbortScope(signal);
  const running = new Set<Promise<void>>();
  try {
    for (;;) {
      // A list that takes its time must not keep a failure or a signal waiting.
      const item = await untilAborted(items.next(), scope.signal);
      if (item.done === true) break;
      const task = work(item.value, scope.signal)
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
    scope.release();
  }
}
