import { expect } from 'bun:test';
import { S3Client, S3ServiceException } from '@aws-sdk/client-s3';
import type { RawAnswer } from './raw-connection.ts';
import { pathOf, type RequestOptions, sendSigned } from './signed-request.ts';
import type { Target } from './target.ts';

/** Something that every S3 server does, in the words of its title. */
export interface Rule {
  readonly id: string;
  readonly title: string;
  /** Fails when the server doesn't follow the rule. */
  check(subject: Subject): Promise<void>;
}

/** A request about an object or a bucket of the rule's own. */
export type SubjectRequest = Omit<RequestOptions, 'path'> & { readonly key?: string; readonly path?: string };

/** A server, seen by one rule: nothing that another rule does is in its bucket's keys. */
export class Subject {
  readonly target: Target;
  readonly client: S3Client;
  readonly bucket: string;
  readonly #prefix: string;

  constructor(target: Target, client: S3Client, bucket: string, rule: Rule) {
    this.target = target;
    this.client = client;
    this.bucket = bucket;
    this.#prefix = `${rule.id}/`;
  }

  /** A key below the rule's own prefix; without a name the prefix itself. */
  key(name = ''): string {
    return this.#prefix + name;
  }

  /** Sends a request that is signed by hand: for what the SDK would not send. */
  async send({ key, path, ...request }: SubjectRequest): Promise<RawAnswer> {
    return sendSigned(this.target, { ...request, path: path ?? pathOf(this.bucket, key) });
  }
}

/** The SDK without its repairs: one attempt, and no checksums that nobody asked for. */
export function clientFor({ endpoint, region, accessKeyId, secretAccessKey }: Target): S3Client {
  return new S3Client({
    endpoint,
    region,
    forcePathStyle: true,
    maxAttempts: 1,
    credentials: { accessKeyId, secretAccessKey },
    requestChecksumCalculation: 'WHEN_REQUIRED',
    responseChecksumValidation: 'WHEN_REQUIRED',
  });
}

/** Waits for a refusal, and checks its status and code. */
export async function expectRefusal(request: Promise<unknown>, status: number, code: string): Promise<void> {
  const outcome = await request.then(
    () => 'no refusal',
    (error: unknown) => error,
  );
  if (!(outcome instanceof S3ServiceException)) throw new Error(`expected ${code}, got ${String(outcome)}`);
  expect({ status: outcome.$metadata.httpStatusCode, code: outcome.name }).toEqual({ status, code });
}

/** Checks status and error code of an answer to a request that was signed by hand. */
export function expectError(answer: RawAnswer, status: number, code: string): void {
  const document = answer.body.toString();
  const found = /<Code>([^<]*)<\/Code>/.exec(document)?.[1];
  expect({ status: answer.status, code: found }).toEqual({ status, code });
}
