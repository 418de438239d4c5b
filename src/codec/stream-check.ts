/** Looks at a stream while it passes by, and says at its end whether it was whole. */
export interface StreamCheck {
  /** How the format is called, in messages. */
  readonly format: string;
  /** The next bytes. They must stay as they are until `finish`, or until the next ones come. */
  push(bytes: Uint8Array): void;
  /** At the end of the stream: what is wrong with it, in words that follow "it"; undefined when nothing is known to be. */
  finish(): string | undefined;
}
