/** Fetches that end when the test says so. */
export class Fetches {
  readonly begun: number[] = [];
  readonly signals: AbortSignal[] = [];
  readonly #open = new Map<number, PromiseWithResolvers<string>>();

  readonly fetch = async (item: number, signal: AbortSignal): Promise<string> => {
    this.begun.push(item);
    this.signals.push(signal);
    const open = Promise.withResolvers<string>();
    this.#open.set(item, open);
    return await open.promise;
  };

  get open(): number[] {
    return [...this.#open.keys()];
  }

  finish(item: number): void {
    this.#open.get(item)?.resolve(`result ${item}`);
    this.#open.delete(item);
  }

  fail(item: number, error: unknown): void {
    this.#open.get(item)?.reject(error);
    this.#open.delete(item);
  }
}
