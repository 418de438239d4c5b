/**
 * Results of work on each item, in order, `most` of them in parallel. A failure is thrown at its place; the
 * others that have begun end first.
 */
export class AheadOf<T, R> implements AsyncIterable<R> {
  readonly #items: Iterable<T>;
  readonly #most: number;
  readonly #work: (item: T) => Promise<R>;

  constructor(items: Iterable<T>, most: number, work: (item: T) => Promise<R>) {
    this.#items = items;
    this.#most = most;
    this.#work = work;
  }

  async *[Symbol.asyncIterator](): AsyncGenerator<R> {
    const running: Promise<R>[] = [];
    try {
      for (const item of this.#items) {
        const task = this.#work(item);
        // It is awaited in its turn; until then its failure is nobody's.
        task.catch(() => undefined);
        running.push(task);
        const first = running.length >= this.#most ? running.shift() : undefined;
        if (first !== undefined) yield await first;
      }
      for (let task = running.shift(); task !== undefined; task = running.shift()) yield await task;
    } finally {
      await Promise.allSettled(running);
    }
  }
}
