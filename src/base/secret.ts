const REDACTED = '[redacted]';

/**
 * A value that no message, log line, JSON text or debugger print may show. Every text form is `[redacted]`;
 * only `reveal()` returns the value itself, which the signer and the proxy setting call.
 */
export class Secret {
  readonly #value: string;

  constructor(value: string) {
    this.#value = value;
  }

  reveal(): string {
    return this.#value;
  }

  toString(): string {
    return REDACTED;
  }

  toJSON(): string {
    return REDACTED;
  }

  [Symbol.for('nodejs.util.inspect.custom')](): string {
    return REDACTED;
  }
}
