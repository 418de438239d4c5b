import type { WireAnswer } from './http/answer.ts';
import type { Lane } from './http/lane.ts';
import type { Passage } from './http/passage.ts';
import type { S3Request } from './request.ts';

/** How fast the bytes of objects may move; a direction without a lane has no limit. */
export class Pace {
  readonly #up: Lane | undefined;
  readonly #down: Lane | undefined;

  constructor(up: Lane | undefined, down: Lane | undefined) {
    this.#up = up;
    this.#down = down;
  }

  /** Milliseconds so far in which a body waited. */
  get held(): number {
    return (this.#up?.held ?? 0) + (this.#down?.held ?? 0);
  }

  /**
   * Waits until a try of a request may begin. A body that leaves has paid for its first piece then, an answer of known
   * length for all of it: it comes as fast as the network is, so no server waits for a reader.
   * @returns undefined where nothing limits it
   * @throws the signal's reason
   */
  async begin(
    { operation, body, answerLength = 0 }: S3Request,
    signal: AbortSignal,
  ): Promise<Passage | undefined> {
    if (operation === 'GetObject') {
      const passage = this.#down?.passage();
      await passage?.take(answerLength, answerLength, signal);
      return passage;
    }
    const isObject = operation === 'PutObject' || operation === 'UploadPart';
    if (!isObject || body === undefined || body.length === 0) return undefined;
    const passage = this.#up?.passage();
    await passage?.take(Math.min(passage.piece, body.length), body.length, signal);
    return passage;
  }

  /** The head of an answer says how much really comes. */
  answered(
    passage: Passage,
    { operation, answerLength = 0 }: S3Request,
    { status, headers }: WireAnswer,
  ): void {
    if (operation !== 'GetObject') return;
    const announced = Number(headers.get('content-length') ?? answerLength);
    const isObject = status >= 200 && status <= 299 && Number.isSafeInteger(announced);
    passage.settle((isObject ? announced : 0) - answerLength);
  }
}
