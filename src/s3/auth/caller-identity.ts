import { TransportError } from '../http/transport-error.ts';
import { childText } from '../xml.ts';
import type { Credentials } from './credentials.ts';
import { ask } from './exchange.ts';
import { isLinkLocal, type SourceParts } from './source.ts';
import { childOf, documentOf, FIRST_PATIENCE, failureOf, placeOf, signedForms, VERSION } from './sts.ts';

/** Whose keys they are. */
export interface CallerIdentity {
  readonly account: string;
  readonly arn: string;
}

const ACTION = 'GetCallerIdentity';

/**
 * Asks STS whose keys these are (STS API Reference, GetCallerIdentity: "No permissions are required").
 * @throws {SourceError}
 */
export async function callerIdentity(
  parts: SourceParts,
  signal: AbortSignal,
  credentials: Credentials,
): Promise<CallerIdentity> {
  const place = placeOf(parts, { region: undefined });
  const body = new TextEncoder().encode(`Action=${ACTION}&Version=${VERSION}`);
  const asking = {
    who: `STS at ${place.host}, ${ACTION},`,
    firstPatience: FIRST_PATIENCE,
    direct: isLinkLocal(new URL(place.url).hostname),
    state: { reached: false },
    failureOf,
  };
  return await ask(parts, asking, signal, signedForms(place, body, credentials), ({ text }) => {
    const result = childOf(documentOf(text, `${ACTION}Response`), `${ACTION}Result`);
    const arn = childText(result, 'Arn')?.trim() ?? '';
    if (arn === '') throw new TransportError('EPROTOCOL', 'its answer names nobody');
    return { arn, account: childText(result, 'Account')?.trim() ?? '' };
  });
}
