import { lookup } from 'node:dns/promises';
import { connect } from 'node:net';
import { bareHost } from '../../base/bare-host.ts';
import { codeOf } from '../../base/plugin-error.ts';
import { systemReason } from '../../base/system-error.ts';
import { untilAborted } from '../../base/until-aborted.ts';
import { within } from '../../base/within.ts';
import type { Finding } from '../../output/finding.ts';
import type { Checked } from './checked.ts';
import { fail, ok, oneLine } from './findings.ts';

/** Milliseconds for an address, and for a connection. */
const PATIENCE = 15_000;

/** What is between this host and the server, or its proxy: names, connections. */
export async function networkFindings({ session, signal }: Checked): Promise<readonly Finding[]> {
  const { address } = session.client.server;
  const server = URL.parse(`${address.scheme}://${address.host}`);
  if (server === null)
    return [fail('dns', `"${address.host}" is not a valid host name`, 'correct endpoint and bucket')];
  const chosen = session.parts.proxyOf(server);
  const url = chosen === undefined ? server : new URL(chosen.proxy.origin);
  const via = chosen === undefined ? '' : ` (the proxy of ${chosen.setting})`;
  const host = bareHost(url.hostname);
  const port = url.port === '' ? (url.protocol === 'https:' ? 443 : 80) : Number(url.port);
  let addresses: readonly string[];
  try {
    const found = await untilAborted(within(PATIENCE, lookup(host, { all: true })), signal);
    if (found === undefined) {
      const why = `no name server answers within ${PATIENCE / 1000} s`;
      return [{ ...fail('dns', `${host}${via}: ${why}`, 'check /etc/resolv.conf'), failure: 'unreachable' }];
    }
    addresses = [...new Set(found.map(({ address: one }) => one))];
  } catch (error) {
    signal.throwIfAborted();
    const hint =
      chosen === undefined
        ? 'check endpoint, region and bucket, and /etc/resolv.conf'
        : `correct ${chosen.setting}`;
    const why = codeOf(error) === 'ENOTFOUND' ? 'the name is not known' : oneLine(error);
    return [{ ...fail('dns', `${host}${via}: ${why}`, hint), failure: 'unreachable' }];
  }
  const shown = addresses.length > 3 ? `${addresses.slice(0, 3).join(', ')} …` : addresses.join(', ');
  const named = ok('dns', `${host}${via} is ${shown}`);
  const startedAt = performance.now();
  const why = await connectionFailure(host, port, signal);
  const took = Math.max(1, Math.round(performance.now() - startedAt));
  return why === undefined
    ? [named, ok('connection', `${host}:${port}${via} within ${took} ms`)]
    : [
        named,
        {
          ...fail(
            'connection',
            `${host}:${port}${via}: ${why}`,
            `check ${chosen?.setting ?? 'endpoint'}, that the server is running, and the firewall`,
          ),
          failure: 'unreachable',
        },
      ];
}

/** Undefined: it was made. */
async function connectionFailure(
  host: string,
  port: number,
  signal: AbortSignal,
): Promise<string | undefined> {
  return await new Promise((resolve) => {
    const socket = connect({ host, port, signal });
    const end = (why: string | undefined): void => {
      clearTimeout(timer);
      socket.destroy();
      resolve(why);
    };
    const timer = setTimeout(end, PATIENCE, `no answer within ${PATIENCE / 1000} s`);
    socket.once('connect', () => end(undefined));
    socket.on('error', (error) => end(systemReason(error)));
  });
}
