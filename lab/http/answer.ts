export interface AnswerBody {
  readonly length: number;
  chunks(): AsyncIterable<Uint8Array>;
}

export interface Answer {
  readonly status: number;
  /** Names in lower case. Length, date and request ids are added when it is sent. */
  readonly headers: Readonly<Record<string, string>>;
  readonly body: AnswerBody;
}

export function bodyOf(bytes: Uint8Array): AnswerBody {
  return {
    length: bytes.length,
    async *chunks() {
      if (bytes.length > 0) yield bytes;
    },
  };
}

const noBody = bodyOf(new Uint8Array());

export function emptyAnswer(status: number, headers: Readonly<Record<string, string>> = {}): Answer {
  return { status, headers, body: noBody };
}
