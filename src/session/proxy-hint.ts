import type { HintFacts } from '../s3/errors/hint-facts.ts';

/**
 * What to do about a connection that was not made: with a proxy, the proxy is what was connected to. Undefined where
 * there is none, or where it is not the one to blame.
 */
export function proxyHint({ code, proxy, host }: HintFacts): string | undefined {
  if (proxy === undefined) return undefined;
  switch (code) {
    case 'ECONNREFUSED':
      return `no program answers at the proxy ${proxy}: check http_proxy`;
    case 'ENOTFOUND':
    case 'EAI_AGAIN':
      return `the name of the proxy ${proxy} is not known to DNS: check http_proxy`;
    case 'EHOSTUNREACH':
    case 'ENETUNREACH':
    case 'ETIMEDOUT':
      return `there is no way to the proxy ${proxy}: check http_proxy and the network`;
    case 'ECONNRESET':
      return `the proxy ${proxy} or ${host} closed the connection: check http_proxy, endpoint and its scheme, and the log of the proxy`;
    case 'EPROXYREFUSED':
      return `the proxy ${proxy} refuses: check host, user and password of http_proxy`;
    case 'ERR_PROXY_TUNNEL':
      return `the proxy ${proxy} can not reach ${host}: see the log of the proxy, and check endpoint`;
    default:
      return undefined;
  }
}
