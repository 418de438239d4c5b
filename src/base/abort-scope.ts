/** Calls `stop` once when `signal` is aborted from now on. Gives what takes that back. */
export function onAbort(signal: AbortSignal, stop: () => void): () => void {
  signal.addEventListener('abort', stop, { once: true });
  return () => signal.removeEventListener('abort', stop);
}

/**
 * A signal for a piece of work that ends with its parent's, with the same reason, or alone. It must be released
 * when the work is over: a parent that lives as long as the process would keep every one of them otherwise.
 */
export class AbortScope {
  readonly #controller = new AbortController();
  readonly #unlink: () => void;

  constructor(parent: AbortSignal) {
    this.#unlink = onAbort(parent, () => this.abort(parent.reason));
    if (parent.aborted) this.abort(parent.reason);
  }

  get signal(): AbortSignal {
    return this.#controller.signal;
  }

  /** Ends this scope's work alone. Only the first reason counts. */
  abort(reason: unknown): void {
    this.#controller.abort(reason);
  }

  /** The parent no longer ends this scope. */
  release(): void {
    this.#unlink();
  }
}
