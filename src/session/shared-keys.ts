import { formatDuration } from '../base/duration.ts';
import { reasonOf } from '../base/plugin-error.ts';
import { Draft, removeOldFiles } from '../host/kept-file.ts';
import { takeLock } from '../host/lock.ts';
import { ownFolder } from '../host/private-folder.ts';
import type { Log } from '../log/log.ts';
import type { Credentials } from '../s3/auth/credentials.ts';
import { type Ask, RENEW_BEFORE, RENEWAL_GAP, sameKeys } from '../s3/auth/renewing.ts';
import type { Found } from '../s3/auth/source.ts';
import { type KeptAnswer, readKeptAnswer, textOf } from './kept-answer.ts';
import { givesTemporaryKeys, type SignInFacts, signInId } from './sign-in-id.ts';

/** Milliseconds that another process may take to get keys; then they are asked for beside it. */
const LONGEST_WAIT = 30_000;
/** Milliseconds for which nobody waits for others, where keys have no end. */
const LASTING = 3_600_000;
/** The same after a failure: those who waited for it need not wait for each other. */
const FAILED = 10_000;
/** What the names of all files begin with. */
const PREFIX = 'keys-';

/**
 * The same question, answered by what another process of this user on this host was given, as long as that is valid and
 * newer than what this process had. Otherwise one process asks, and the others wait for what it is given. Keys without
 * an end are never kept. Where nothing can be shared, each process asks.
 */
export function sharedKeys(ask: Ask, facts: SignInFacts, log: Log): Ask {
  if (!givesTemporaryKeys(facts)) return ask;
  const { environment } = facts;
  const name = `${PREFIX}${signInId(facts)}`;
  /** When what this process has was asked for. */
  let last = Number.NEGATIVE_INFINITY;

  function kept(refused: Credentials | undefined): KeptAnswer | undefined {
    const answer = readKeptAnswer(environment, name);
    if (answer?.credentials === undefined) return answer;
    if (answer.asked <= last) return undefined;
    return refused !== undefined && sameKeys(answer.credentials, refused) ? undefined : answer;
  }

  /** Undefined: each process is to ask for itself. */
  function foundOf({ credentials, expires, asked }: KeptAnswer): Found | undefined {
    if (credentials === undefined) return undefined;
    last = asked;
    const left = formatDuration(expires - Date.now());
    log.verbose(`credentials come from another process of this host, valid for ${left}`);
    // A source that was asked just now has no others yet.
    const margin = Math.min(RENEW_BEFORE, (expires - asked) / 4);
    return { credentials, expires, shared: { renewAt: Math.max(expires - margin, asked + RENEWAL_GAP) } };
  }

  async function askAndKeep(draft: Draft, signal: AbortSignal, refused?: Credentials): Promise<Found> {
    try {
      const found = await ask(signal, refused);
      const now = Date.now();
      // What is newer has another time, also within a millisecond.
      last = now === last ? now + 1 : now;
      const isLasting = !Number.isFinite(found.expires);
      keep(draft, isLasting ? nothingFor(LASTING) : { ...found, asked: last });
      return found;
    } catch (error) {
      // What is kept may still serve.
      if (!signal.aborted && readKeptAnswer(environment, name) === undefined) keep(draft, nothingFor(FAILED));
      throw error;
    }
  }

  function keep(draft: Draft, answer: KeptAnswer): void {
    try {
      draft.publish(textOf(answer, name));
      removeOldFiles(draft.folder, PREFIX);
    } catch (error) {
      tellUnshared(error);
    }
  }

  function draftIn(folder: string): Draft | undefined {
    try {
      return new Draft(folder, name);
    } catch (error) {
      tellUnshared(error);
      return undefined;
    }
  }

  function tellUnshared(error: unknown): void {
    log.verbose(`the credentials can't be shared with other processes of this host: ${reasonOf(error)}`);
  }

  return async (signal, refused) => {
    const first = kept(refused);
    if (first !== undefined) return foundOf(first) ?? (await ask(signal, refused));
    const folder = ownFolder(environment);
    using draft = folder === undefined ? undefined : draftIn(folder);
    // Who can't hand on an answer keeps nobody waiting for it.
    if (folder === undefined || draft === undefined) return await ask(signal, refused);
    const isNeedless = (): boolean => kept(refused) !== undefined;
    const lock = await takeLock(folder, `${name}.lock`, { signal, limit: LONGEST_WAIT, isNeedless });
    try {
      const second = kept(refused);
      if (second !== undefined) return foundOf(second) ?? (await ask(signal, refused));
      return await askAndKeep(draft, signal, refused);
    } finally {
      lock?.[Symbol.dispose]();
    }
  };
}

function nothingFor(milliseconds: number): KeptAnswer {
  const asked = Date.now();
  return { credentials: undefined, asked, expires: asked + milliseconds };
}
