import type { HintFacts } from '../s3/errors/hint-facts.ts';

/**
 * What to do about a connection that was not made: with a proxy, the proxy is what was connected to. Undefined where
 * there is none, or where it is not the one to blame.
 */
export function proxyHint({ code, proxy, host }: HintFacts): string | undefined {
  if (proxy === undefined) return undefined;
  const { address, setting } = proxy;
  switch (code) {
    case 'ECONNREFUSED':
      return `no program listens at the proxy ${address}: check ${setting}`;
    case 'ENOTFOUND':
    case 'EAI_AGAIN':
      return `the name of the proxy ${address} is not known to DNS: check ${setting}`;
    case 'EHOSTUNREACH':
    case 'ENETUNREACH':
    case 'ETIMEDOUT':
      return `the proxy ${address} can't be reached: check ${setting} and the network`;
    case 'ECONNRESET':
      return `the proxy ${address} or ${host} closed the connection: check ${setting}, endpoint and its scheme, and the log of the proxy`;
    case 'EPROXYREFUSED':
      return `the proxy ${address} refuses the connection: check host, user and password of ${setting}, and what the proxy allows`;
    case 'ERR_PROXY_TUNNEL':
      return `the proxy ${address} cannot reach ${host}: see the log of the proxy, and check endpoint`;
    default:
      return undefined;
  }
}
