import type { AbortScope } from '../../base/abort-scope.ts';
import { formatDuration } from '../../base/duration.ts';
import { TransportError } from './transport-error.ts';

/** Ends an attempt that makes no progress in the time it was given. */
export class Watchdog {
  readonly #attempt: AbortScope;
  #timer: Timer | undefined;
  #ended = false;

  constructor(attempt: AbortScope) {
    this.#attempt = attempt;
  }

  /** @param words what happened when the time is over. */
  expect(milliseconds: number, words = `nothing came for ${formatDuration(milliseconds)}`): void {
    clearTimeout(this.#timer);
    if (this.#ended) return;
    this.#timer = setTimeout(() => {
      this.#attempt.abort(new TransportError('ESTALLED', words));
    }, milliseconds);
  }

  rest(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
  }

  /** The attempt is over: a pending read of its body must not wake it again. */
  end(): void {
    this.rest();
    this.#ended = true;
  }
}
