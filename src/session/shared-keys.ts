import { formatDuration } from '../base/duration.ts';
import { reasonOf } from '../base/plugin-error.ts';
import { hostUptime } from '../host/host-clock.ts';
import { Draft, removeOldFiles } from '../host/kept-file.ts';
import { takeLock } from '../host/lock.ts';
import { ownFolder } from '../host/private-folder.ts';
import type { Log } from '../log/log.ts';
import type { CredentialSource, Credentials } from '../s3/auth/credentials.ts';
import { type Ask, RENEW_BEFORE, RENEWAL_GAP, renewingCredentials, sameKeys } from '../s3/auth/renewing.ts';
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

/** Credentials that are renewed before they end, and shared with the other processes of this host unless that is off. */
export function hostCredentials(ask: Ask, facts: SignInFacts, log: Log): CredentialSource {
  return renewingCredentials(facts.signIn.cache ? sharedKeys(ask, facts, log) : ask, log);
}

/**
 * The same question, answered by what another process of this user on this host was given, as long as that is valid and
 * newer than what this process had. Otherwise one process asks, and the others wait for what it is given, or go on with
 * keys that still serve. Keys without an end are never kept. Where nothing can be shared, each process asks.
 */
export function sharedKeys(ask: Ask, facts: SignInFacts, log: Log): Ask {
  if (!givesTemporaryKeys(facts)) return ask;
  const { environment } = facts;
  const name = `${PREFIX}${signInId(facts)}`;
  /** What this process has, and when it was asked for. */
  let mine: { readonly found: Found; readonly asked: number } | undefined;
  /** When it last set out to replace that. */
  let tried = Number.NEGATIVE_INFINITY;

  /** What takes the place of an answer of the source, if anything does. */
  function instead(refused: Credentials | undefined): KeptAnswer | Found | undefined {
    const answer = readKeptAnswer(environment, name);
    if (answer === undefined) return undefined;
    const isRefused =
      refused !== undefined && answer.credentials !== undefined && sameKeys(answer.credentials, refused);
    if (isRefused) return undefined;
    if (mine === undefined || answer.asked > mine.asked) return answer;
    // Another process has just set out to replace them, or found that it can't.
    const isTried = answer.tried > Math.max(mine.asked, tried) && Date.now() < answer.tried + gapOf(answer);
    return isTried ? stillMine(refused) : undefined;
  }

  /** The keys of this process, to be looked at again later. */
  function stillMine(refused: Credentials | undefined): Found | undefined {
    if (mine === undefined || Date.now() >= mine.found.expires) return undefined;
    const { credentials, expires } = mine.found;
    if (refused !== undefined && sameKeys(credentials, refused)) return undefined;
    return { credentials, expires, shared: { renewAt: Date.now() + gapOf({ asked: mine.asked, expires }) } };
  }

  /** Undefined: each process is to ask for itself. */
  function taken(answer: KeptAnswer | Found): Found | undefined {
    if (!('asked' in answer)) return answer;
    const { credentials, expires, asked } = answer;
    if (credentials === undefined) return undefined;
    log.verbose(
      `credentials come from another process of this host, valid for ${formatDuration(expires - Date.now())}`,
    );
    // A source that was asked just now has no others yet.
    const margin = Math.min(RENEW_BEFORE, (expires - asked) / 4);
    const renewAt = Math.max(expires - margin, answer.tried + gapOf(answer));
    const found = { credentials, expires, shared: { renewAt } };
    mine = { found, asked };
    return found;
  }

  async function askAndKeep(draft: Draft, signal: AbortSignal, refused?: Credentials): Promise<Found> {
    const old = readKeptAnswer(environment, name);
    if (old !== undefined) markTried(draft.folder, old);
    let found: Found;
    try {
      found = await ask(signal, refused);
    } catch (error) {
      // What is kept may still serve.
      if (!signal.aborted && old === undefined) keep(draft, undefined, Date.now(), FAILED);
      throw error;
    }
    const now = Date.now();
    // What is newer has another time, also within a millisecond.
    const asked = now === mine?.asked ? now + 1 : now;
    mine = { found, asked };
    if (Number.isFinite(found.expires)) keep(draft, found.credentials, asked, found.expires - asked);
    else keep(draft, undefined, asked, LASTING);
    return found;
  }

  /** The others go on with what they have, whatever becomes of this process. */
  function markTried(folder: string, answer: KeptAnswer): void {
    using draft = draftIn(folder);
    tried = Math.max(Date.now(), (mine?.asked ?? 0) + 1);
    if (draft !== undefined) publish(draft, { ...answer, tried });
  }

  function keep(draft: Draft, credentials: Credentials | undefined, asked: number, life: number): void {
    publish(draft, { credentials, asked, expires: asked + life, uptime: hostUptime(), tried: asked });
    removeOldFiles(draft.folder, PREFIX);
  }

  function publish(draft: Draft, answer: KeptAnswer): void {
    try {
      draft.publish(textOf(answer, name));
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
    const first = instead(refused);
    if (first !== undefined) return taken(first) ?? (await ask(signal, refused));
    const folder = ownFolder(environment);
    using draft = folder === undefined ? undefined : draftIn(folder);
    // Who can't hand on an answer keeps nobody waiting for it.
    if (folder === undefined || draft === undefined) return await ask(signal, refused);
    const isNeedless = (): boolean => instead(refused) !== undefined;
    const lock = await takeLock(folder, `${name}.lock`, { signal, limit: LONGEST_WAIT, isNeedless });
    try {
      const second = instead(refused);
      if (second !== undefined) return taken(second) ?? (await ask(signal, refused));
      return await askAndKeep(draft, signal, refused);
    } finally {
      lock?.[Symbol.dispose]();
    }
  };
}

/** Milliseconds until keys are asked for again after a process has set out to replace them. */
function gapOf({ asked, expires }: Pick<KeptAnswer, 'asked' | 'expires'>): number {
  return Math.min(RENEWAL_GAP, (expires - asked) / 16);
}
