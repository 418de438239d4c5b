import { PluginError, reasonOf } from '../base/plugin-error.ts';
import { CredentialsError } from '../s3/auth/credentials.ts';
import type { S3Client } from '../s3/client.ts';
import { S3Error } from '../s3/errors/s3-error.ts';
import { getRange, type RangeAnswer, type RangeRead } from '../s3/operations/get-range.ts';
import type { ObjectFacts } from '../s3/operations/object-facts.ts';
import { factsOf, storedChecksum } from './optional-facts.ts';
import type { Reader } from './reader.ts';
import { describeSource, seen } from './replicate-object.ts';
import { sameBytes } from './same-bytes.ts';

/** The second site, as a reader needs it. */
export interface OtherSite {
  /** Its client; made when it is needed. */
  readonly client: () => Promise<S3Client>;
  /** Where it has the replica of a key. */
  readonly keyOf: (key: string) => string;
  /** Told once, when the first object is read from there. */
  readonly tell: (line: string) => void;
  /** Another process has just found that the first site can't be reached. */
  readonly isFirstDown: () => boolean;
  /** The first site can't be reached. */
  readonly firstIsDown: () => void;
}

/** What was read so far of an object can't be continued with what the second site has. */
export class OtherObjectError extends PluginError {}

/**
 * Reads from the first site, and what it has lost, or does not give, from the second; also in the middle of an object,
 * where the replica is proved to have the same bytes.
 */
export class TwoSites implements Reader {
  readonly #other: OtherSite;
  /** Facts that the second site gave, by key. */
  readonly #given = new Map<string, ObjectFacts>();
  /** Replicas that were compared with facts of the first site, by key. */
  readonly #proofs = new Map<string, Promise<ObjectFacts>>();
  /** Keys that the first site does not give. */
  readonly #lost = new Set<string>();
  #isDown: boolean | undefined;
  #isTold = false;

  constructor(other: OtherSite) {
    this.#other = other;
  }

  async range(client: S3Client, read: RangeRead): Promise<RangeAnswer> {
    return await this.#either(
      read.key,
      async () => await getRange(client, read),
      async () => await this.#rangeOfSecond(client, read),
      client,
    );
  }

  async facts(client: S3Client, key: string): Promise<ObjectFacts> {
    return await this.#either(
      key,
      async () => await factsOf(client, key),
      async () => await this.#factsOfSecond(client, key),
      client,
    );
  }

  async checksum(client: S3Client, key: string, facts: ObjectFacts): Promise<number | undefined> {
    if (this.#given.get(key) !== facts) return await storedChecksum(client, key, facts);
    return await storedChecksum(await this.#second(client), this.#other.keyOf(key), facts);
  }

  /** From the first site if it gives it. */
  async #either<T>(
    key: string,
    ofFirst: () => Promise<T>,
    ofSecond: () => Promise<T>,
    { signal }: S3Client,
  ): Promise<T> {
    this.#isDown ??= this.#other.isFirstDown();
    let failure: PluginError | undefined;
    if (!this.#isDown && !this.#lost.has(key)) {
      try {
        return await ofFirst();
      } catch (error) {
        if (!isLoss(error)) throw error;
        failure = error;
      }
    }
    try {
      const result = await ofSecond();
      this.#note(key, failure);
      return result;
    } catch (error) {
      if (signal.aborted || !(error instanceof PluginError)) throw error;
      if (failure !== undefined) throw ofBoth(failure, error);
      // It was only said to be down.
      if (this.#lost.has(key) || !isLoss(error)) throw error;
      this.#isDown = false;
      return await ofFirst();
    }
  }

  #note(key: string, failure: PluginError | undefined): void {
    this.#lost.add(key);
    if (failure !== undefined && isUnreached(failure)) {
      this.#isDown = true;
      this.#other.firstIsDown();
    }
    if (this.#isTold) return;
    this.#isTold = true;
    const why =
      failure === undefined ? 'the first site could not be reached a moment ago' : reasonOf(failure);
    this.#other.tell(why);
  }

  async #rangeOfSecond(client: S3Client, read: RangeRead): Promise<RangeAnswer> {
    const second = await this.#second(client);
    const key = this.#other.keyOf(read.key);
    const { start, end, expected } = read;
    if (expected === undefined) {
      const answer = await getRange(second, { key, start, end });
      this.#given.set(read.key, answer.facts);
      return answer;
    }
    if (this.#given.get(read.key) === expected) return await getRange(second, { ...read, key });
    const proof = this.#proofs.get(read.key) ?? this.#prove(second, read.key, expected);
    this.#proofs.set(read.key, proof);
    const { bytes } = await getRange(second, { key, start, end, expected: await proof });
    return { bytes, facts: expected };
  }

  /** The facts of a replica whose bytes go on where those of the first site ended. */
  async #prove(second: S3Client, key: string, expected: ObjectFacts): Promise<ObjectFacts> {
    const replica = this.#other.keyOf(key);
    const described = await describeSource(second, replica);
    if (sameBytes({ facts: expected }, seen(described)) === 'same') return described.facts;
    throw new OtherObjectError(
      `${second.url(replica)} can't be proved to be the object that was read so far at the first site`,
      {
        hint: 'run gprestore again when the first site can be reached, or with the options of the sites swapped',
      },
    );
  }

  async #factsOfSecond(client: S3Client, key: string): Promise<ObjectFacts> {
    const facts = await factsOf(await this.#second(client), this.#other.keyOf(key));
    this.#given.set(key, facts);
    return facts;
  }

  async #second({ signal }: S3Client): Promise<S3Client> {
    return (await this.#other.client()).with({ signal });
  }
}

/** The site does not have the object, or does not give it: nobody answers, or not to these keys. */
function isLoss(error: unknown): error is PluginError {
  if (!(error instanceof PluginError)) return false;
  if (error instanceof S3Error) return error.failure === 'unreachable' || error.status === 404;
  return error instanceof CredentialsError;
}

function isUnreached(failure: PluginError): boolean {
  return failure instanceof S3Error && failure.status === undefined;
}

/** The failure of the first site, with that of the second. */
function ofBoth(first: PluginError, second: PluginError): PluginError {
  const also = `and at the second site: ${second.message}`;
  if (!(first instanceof S3Error)) {
    return new PluginError(`${first.message}; ${also}`, { hint: first.hint, cause: second });
  }
  const { operation, bucket, key, status, code, reason, requestId, tries, retryable, hint } = first;
  return new S3Error(
    { operation, bucket, key, status, code, reason: `${reason}; ${also}`, requestId, tries, retryable },
    { hint, cause: second },
  );
}
