const REDACTED = '[redacted]';

/**
 * A value that no message, log line, JSON text or debugger print may show. Every text form is `[redacted]`;
 * the value itself comes out of `reveal()` only, which the signer and the proxy setting call.
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
