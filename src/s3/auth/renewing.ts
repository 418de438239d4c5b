import { reasonOf } from '../../base/plugin-error.ts';
import { untilAborted } from '../../base/until-aborted.ts';
import type { Log } from '../../log/log.ts';
import type { CredentialSource, Credentials } from './credentials.ts';
import type { Found } from './source.ts';

/** Credentials are replaced so long before they expire, in milliseconds. */
export const RENEW_BEFORE = 300_000;
/** A request waits so long for new ones while the old ones still serve. */
const RENEWAL_WAIT = 5000;
/** After a renewal that failed, or gave the same ones again, the next one comes so much later. */
export const RENEWAL_GAP = 15_000;

/**
 * One question to whoever gives the keys. It may take long; ends with the signal.
 * @param refused keys that the server no longer takes
 */
export type Ask = (signal: AbortSignal, refused?: Credentials) => Promise<Found>;

interface Asking {
  readonly task: Promise<Found>;
  readonly signal: AbortSignal;
  /** Until then requests wait for it though they have credentials that serve: milliseconds of `now`. */
  readonly waitedFor: number;
}

/**
 * Credentials that are fetched when the first request needs them, and again five minutes before they expire; one
 * question serves all requests. When renewing fails, the old ones serve until they really end.
 * @param now milliseconds since 1970
 */
export function renewingCredentials(
  ask: Ask,
  log: Pick<Log, 'warning' | 'verbose'>,
  now: () => number = Date.now,
): CredentialSource {
  let found: Found | undefined;
  let asking: Asking | undefined;
  let notBefore = 0;
  let refused: Credentials | undefined;
  const shared = new WeakSet<Credentials>();

  function start(signal: AbortSignal): Asking {
    const old = found;
    const task = ask(signal, refused).then(
      (fresh) => {
        if (asking?.task === task) asking = undefined;
        if (old !== undefined && sameKeys(old.credentials, fresh.credentials))
          notBefore = now() + RENEWAL_GAP;
        if (fresh.shared !== undefined) shared.add(fresh.credentials);
        found = fresh;
        return fresh;
      },
      (error: unknown) => {
        if (asking?.task === task) asking = undefined;
        if (old !== undefined && !signal.aborted) {
          notBefore = now() + RENEWAL_GAP;
          log.warning(`the credentials could not be renewed: ${reasonOf(error)}`);
        }
        throw error;
      },
    );
    // Requests that did not wait for it do not hear of it.
    task.catch(() => {});
    return { task, signal, waitedFor: now() + RENEWAL_WAIT };
  }

  return {
    renewable: true,
    async current(signal) {
      for (;;) {
        signal.throwIfAborted();
        const old = found;
        const at = now();
        const serves = old !== undefined && at < old.expires;
        if (serves && (at < renewalOf(old) || at < notBefore)) return old.credentials;
        asking ??= start(signal);
        const { task, signal: bound, waitedFor } = asking;
        try {
          if (!serves) {
            const fresh = await untilAborted(task, signal);
            // Those of another process that are about to end serve while others are asked for.
            if (fresh.shared !== undefined && now() >= renewalOf(fresh)) continue;
            return fresh.credentials;
          }
          return (await within(waitedFor - at, untilAborted(task, signal)))?.credentials ?? old.credentials;
        } catch (error) {
          signal.throwIfAborted();
          // Another request fetched them, and was given up: that says nothing about the source.
          if (bound.aborted) continue;
          if (old !== undefined && now() < old.expires && old === found) return old.credentials;
          throw error;
        }
      }
    },
    refresh(expired) {
      if (found?.credentials !== expired) return;
      log.verbose('the server says that the credentials have expired: requesting new ones');
      refused = expired;
      found = undefined;
      notBefore = 0;
    },
    isShared: (credentials) => shared.has(credentials),
  };
}

function renewalOf({ expires, shared }: Found): number {
  return shared?.renewAt ?? expires - RENEW_BEFORE;
}

export function sameKeys(left: Credentials, right: Credentials): boolean {
  return (
    left.accessKeyId === right.accessKeyId && left.sessionToken?.reveal() === right.sessionToken?.reveal()
  );
}

/** The result, or undefined when it takes longer. */
async function within<T>(milliseconds: number, task: Promise<T>): Promise<T | undefined> {
  let timer: Timer | undefined;
  const over = new Promise<undefined>((resolve) => {
    timer = setTimeout(() => resolve(undefined), Math.max(0, milliseconds));
  });
  try {
    return await Promise.race([task, over]);
  } finally {
    clearTimeout(timer);
  }
}
