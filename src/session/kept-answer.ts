import { Secret } from '../base/secret.ts';
import { hostUptime } from '../host/host-clock.ts';
import { type KeptText, readKept } from '../host/kept-file.ts';
import type { Credentials } from '../s3/auth/credentials.ts';
import { sha256Hex } from '../s3/auth/signer.ts';

/** What a process of this host was answered. Times are by this host's clock, in milliseconds since 1970. */
export interface KeptAnswer {
  /** Undefined: there is nothing to share until `expires`, and each process asks for itself. */
  readonly credentials: Credentials | undefined;
  readonly asked: number;
  readonly expires: number;
  /** When it was asked for, in milliseconds since the host's start: no clock changes it. */
  readonly uptime: number;
  /** When a process last set out to replace it. */
  readonly tried: number;
}

/** How far a clock may be set back without a doubt in what was kept before, in milliseconds. */
const CLOCK_STEP = 60_000;

/** The newest answer that is kept by this name, if there is any that still counts. */
export function readKeptAnswer(
  environment: Readonly<Record<string, string | undefined>>,
  name: string,
): KeptAnswer | undefined {
  let newest: KeptAnswer | undefined;
  for (const kept of readKept(environment, name)) {
    const answer = answerOf(kept, name);
    if (answer !== undefined && answer.asked > (newest?.asked ?? Number.NEGATIVE_INFINITY)) newest = answer;
  }
  return newest;
}

interface Written {
  readonly name: string;
  readonly keys?: { readonly id: string; readonly secret: string; readonly token: string | undefined };
  readonly asked: number;
  readonly expires: number;
  readonly uptime: number;
  readonly tried: number;
}

/** The text to keep; its first line shows whether the rest is whole. */
export function textOf({ credentials, ...times }: KeptAnswer, name: string): string {
  const keys = credentials && {
    id: credentials.accessKeyId,
    secret: credentials.secretAccessKey.reveal(),
    token: credentials.sessionToken?.reveal(),
  };
  const { asked, expires, uptime, tried } = times;
  const written: Written = { name, ...(keys === undefined ? {} : { keys }), asked, expires, uptime, tried };
  const body = JSON.stringify(written);
  return `${sha256Hex(body)}\n${body}`;
}

/**
 * What a text says, unless it is broken, of another sign-in, expired or of a time to come. How long keys are valid is
 * counted by the clock and by the time since the host's start, and the shorter one counts: a clock that was set back
 * prolongs nothing.
 */
function answerOf({ text, modified }: KeptText, name: string): KeptAnswer | undefined {
  const [sum = '', body = ''] = text.split('\n', 2);
  if (sum !== sha256Hex(body)) return undefined;
  // The sum is right: it is what `textOf` wrote.
  const { keys, asked, expires, uptime, tried, ...written } = JSON.parse(body) as Written;
  const now = Date.now();
  const age = hostUptime() - uptime;
  const end = Math.min(expires, now + (expires - asked) - age);
  const isOfThisTime = age >= 0 && Math.max(asked, tried, modified) <= now + CLOCK_STEP;
  if (written.name !== name || !isOfThisTime || now >= end) return undefined;
  return { credentials: keys && credentialsOf(keys), asked, expires: end, uptime, tried };
}

function credentialsOf({ id, secret, token }: NonNullable<Written['keys']>): Credentials {
  return {
    accessKeyId: id,
    secretAccessKey: new Secret(secret),
    sessionToken: token === undefined ? undefined : new Secret(token),
  };
}
