import { AbortScope } from '../base/abort-scope.ts';
import { untilAborted } from '../base/until-aborted.ts';

/**
 * Runs `fetch` for every item, up to `ahead` at once, and yields the results in the order of the items. The
 * next item is begun when the consumer has taken a result, so at most `ahead` results exist at a time; a
 * consumer that takes nothing keeps them in memory, and no connection.
 *
 * The first failure ends the others through the signal that `fetch` is given, and is thrown.
 */
export async function* inOrder<I, R>(
  items: Iterable<I>,
  ahead: number,
  signal: AbortSignal,
  fetch: (item: I, signal: AbortSignal) => Promise<R>,
): AsyncGenerator<R> {
  const scope = new AbortScope(signal);
  const queue: Promise<R>[] = [];
  const iterator = items[Symbol.iterator]();
  const begin = (): void => {
    const item = iterator.next();
    if (item.done === true) return;
    const task = fetch(item.value, scope.signal);
    // Its failure is thrown when its turn comes; until then it must not count as unhandled.
    task.catch((error: unknown) => scope.abort(error));
    queue.push(task);
  };
  try {
    signal.throwIfAborted();
    for (let count = 0; count < ahead; count += 1) begin();
    for (let task = queue.shift(); task !== undefined; task = queue.shift()) {
      const result = await untilAborted(task, scope.signal);
      yield result;
      begin();
    }
  } finally {
    scope.release();
    scope.abort(new Error('no longer needed'));
    await Promise.allSettled(queue);
  }
}
