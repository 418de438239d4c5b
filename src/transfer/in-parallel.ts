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
