import { reasonOf } from '../../base/plugin-error.ts';
import { untilAborted } from '../../base/until-aborted.ts';
import { within } from '../../base/within.ts';
import type { Log } from '../../log/log.ts';
import type { CredentialSource, Credentials } from './credentials.ts';
import type { Found } from './source.ts';

/** Credentials are replaced so long before they expire, in milliseconds. */
export const RENEW_BEFORE = 300_000;
/** Those of a source whose credentials never live long are replaced in the last third of their life instead. */
const SHARE = 1 / 3;
/** While the old ones serve, requests go on with them, but for so long: most sources answer within it. */
const SHORT_WAIT = 250;
/** In the last fifth of the time for renewing they wait longer: the old ones may end on their way. */
const LONG_WAIT = 5000;
/** After a renewal that failed, or gave the same ones again, the next one comes so much later, or sooner for short lives. */
export const RENEWAL_GAP = 15_000;

/**
 * One question to whoever gives the keys. It may take long; ends with the signal.
 * @param refused keys that the server no longer takes
 */
export type Ask = (signal: AbortSignal, refused?: Credentials) => Promise<Found>;

interface Asking {
  readonly task: Promise<Found>;
  readonly signal: AbortSignal;
  /** Milliseconds of `now`. */
  readonly since: number;
}

/**
 * Credentials that are fetched when the first request needs them, and again five minutes before they expire, while
 * requests go on with the old ones; one question serves all requests. When renewing fails, the old ones serve until they
 * really end. A source that twice gives credentials with little time left has no others: its are not renewed each time.
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
  /** Milliseconds before their end that the credentials are replaced. */
  let margin = RENEW_BEFORE;
  let lastLife = Number.POSITIVE_INFINITY;
  let refused: Credentials | undefined;
  const shared = new WeakSet<Credentials>();

  function keep(fresh: Found): void {
    const life = fresh.expires - now();
    const own = lastLife * SHARE < RENEW_BEFORE ? Math.min(RENEW_BEFORE, life * SHARE) : RENEW_BEFORE;
    margin = fresh.shared === undefined ? own : fresh.expires - fresh.shared.renewAt;
    lastLife = life;
    if (fresh.shared !== undefined) shared.add(fresh.credentials);
    found = fresh;
  }

  function gap(): number {
    return Math.min(RENEWAL_GAP, Math.max(SHORT_WAIT, margin / 4));
  }

  function start(signal: AbortSignal): Asking {
    const old = found;
    const task = ask(signal, refused).then(
      (fresh) => {
        if (asking?.task === task) asking = undefined;
        keep(fresh);
        if (old !== undefined && sameKeys(old.credentials, fresh.credentials)) notBefore = now() + gap();
        return fresh;
      },
      (error: unknown) => {
        if (asking?.task === task) asking = undefined;
        if (old !== undefined && !signal.aborted) {
          notBefore = now() + gap();
          log.warning(`the credentials could not be renewed: ${reasonOf(error)}`);
        }
        throw error;
      },
    );
    // Requests that did not wait for it do not hear of it.
    task.catch(() => {});
    return { task, signal, since: now() };
  }

  return {
    renewable: true,
    async current(signal) {
      let isFirst = false;
      for (;;) {
        signal.throwIfAborted();
        const old = found;
        const at = now();
        const serves = old !== undefined && at < old.expires;
        if (serves && (at < old.expires - margin || at < notBefore)) return old.credentials;
        asking ??= start(signal);
        const { task, signal: bound, since } = asking;
        try {
          if (!serves) {
            const fresh = await untilAborted(task, signal);
            // Those of another process that are about to end serve while others are asked for.
            isFirst = fresh.shared !== undefined && now() >= fresh.shared.renewAt;
            if (isFirst) continue;
            return fresh.credentials;
          }
          const left = old.expires - at;
          // A process of one request would end before its question is answered, and the next one would ask again.
          const isShort = !isFirst && left > margin / 5;
          const wait = isShort ? since + SHORT_WAIT - at : Math.min(LONG_WAIT, left);
          const fresh = await within(wait, untilAborted(task, signal));
          return fresh?.credentials ?? old.credentials;
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
    facts: () => found && { source: found.source, expires: found.expires },
  };
}

export function sameKeys(left: Credentials, right: Credentials): boolean {
  return (
    left.accessKeyId === right.accessKeyId && left.sessionToken?.reveal() === right.sessionToken?.reveal()
  );
}
