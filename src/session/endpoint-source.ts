import { pause } from '../base/pause.ts';
import { PluginError, reasonOf } from '../base/plugin-error.ts';
import type { EndpointConfig } from '../config/config.ts';
import { readText } from '../s3/http/answer.ts';
import type { Transport } from '../s3/http/transport.ts';
import { TransportError } from '../s3/http/transport-error.ts';
import { tlsHintFor } from './hint.ts';

const TIMEOUT = 30_000;
const TRIES = 5;
/** Bytes; a host name has 253 at most. */
const LONGEST_ANSWER = 4096;

/**
 * The endpoint whose host the URL of the option `endpoint_source` returns (reshke's fork), requested with the same
 * trust and proxy as the store: the body is a host name or address, with or without a port; scheme and path, and the port
 * where it names none, stay those of the config.
 * @param most tries; fewer than usual get less time as well
 * @throws {PluginError} when there is no usable answer.
 */
export async function endpointFromSource(
  source: URL,
  configured: EndpointConfig | undefined,
  transport: Transport,
  signal: AbortSignal,
  most = TRIES,
): Promise<EndpointConfig> {
  let why = '';
  const patience = (TIMEOUT * most) / TRIES;
  for (let tries = 0; tries < most; tries += 1) {
    if (tries > 0) await pause(100 * 2 ** tries, signal);
    try {
      const request = {
        method: 'GET',
        url: source.href,
        headers: {},
        body: undefined,
        patience,
        piecePatience: patience,
      };
      const { status, body } = await transport.exchange(request, signal, async (answer) => ({
        status: answer.status,
        body: await readText(answer, patience, LONGEST_ANSWER),
      }));
      if (status === 200) return hostOf(body.trim(), source, configured);
      why = `HTTP ${status}`;
    } catch (error) {
      signal.throwIfAborted();
      if (error instanceof PluginError) throw error;
      why = reasonOf(error);
      const hint = error instanceof TransportError ? tlsHintFor(error.code, source.host) : undefined;
      if (hint !== undefined) throw unknown(source, why, hint);
    }
  }
  throw unknown(source, why, 'check the option endpoint_source, and that its server answers this host');
}

function unknown(source: URL, why: string, hint: string): PluginError {
  return new PluginError(`endpoint_source ${source.origin} returned no host name: ${why}`, { hint });
}

function hostOf(text: string, source: URL, configured: EndpointConfig | undefined): EndpointConfig {
  const scheme = configured?.scheme ?? 'https';
  const url = /^[A-Za-z0-9._:[\]-]{1,253}$/.test(text) ? URL.parse(`${scheme}://${text}`) : null;
  if (url === null) {
    throw new PluginError(`endpoint_source ${source.origin} returned no valid host name`, {
      hint: 'the answer must be a host name or an address, with or without a port',
    });
  }
  const port = url.port === '' ? (URL.parse(`${scheme}://${configured?.host ?? ''}`)?.port ?? '') : url.port;
  return {
    scheme,
    host: port === '' ? url.hostname : `${url.hostname}:${port}`,
    path: configured?.path ?? '',
  };
}
