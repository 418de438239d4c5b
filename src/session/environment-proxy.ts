import { PluginError } from '../base/plugin-error.ts';
import { Secret } from '../base/secret.ts';
import { withScheme } from '../config/addresses.ts';
import { proxyOf } from '../s3/http/proxy.ts';
import { NoProxy } from './no-proxy.ts';
import type { Environment, ProxyChoice } from './proxy.ts';

/**
 * The proxy that the environment names for a URL, as Go's net/http finds it, and so the Go plugin: HTTPS_PROXY or
 * HTTP_PROXY by the scheme of the URL, upper case before lower case, but for this host itself, link-local addresses
 * (instance metadata) and what NO_PROXY excepts. ALL_PROXY does not count.
 */
export function environmentProxy(environment: Environment): ProxyChoice {
  const noProxy = new NoProxy(first(environment, 'NO_PROXY', 'no_proxy')?.text ?? '');
  return (url) => {
    const isHttps = url.protocol === 'https:';
    // Of a CGI program HTTP_PROXY is a header that any client may send.
    if (!isHttps && (environment['REQUEST_METHOD'] ?? '') !== '') return undefined;
    const found = isHttps
      ? first(environment, 'HTTPS_PROXY', 'https_proxy')
      : first(environment, 'HTTP_PROXY', 'http_proxy');
    if (found === undefined || isNear(url.hostname) || noProxy.excepts(url)) return undefined;
    const setting = `${found.name} in the environment`;
    return { proxy: proxyOf(readProxy(found.text, setting)), setting };
  };
}

function first(environment: Environment, ...names: string[]): { name: string; text: string } | undefined {
  for (const name of names) {
    const text = environment[name] ?? '';
    if (text !== '') return { name, text };
  }
  return undefined;
}

function isNear(hostname: string): boolean {
  return /^(localhost|127\.[\d.]+|169\.254\.[\d.]+|\[::1\]|\[fe80:.*\]|\[fd00:ec2::.*\])$/.test(hostname);
}

/** The value is never shown: it may contain a password. */
function readProxy(text: string, setting: string): Secret {
  const url = URL.parse(withScheme(text, 'http'));
  if (url !== null && /^https?:$/.test(url.protocol) && url.hostname !== '') return new Secret(url.href);
  throw new PluginError(`${setting}: must be http://host[:port] or https://host[:port]`, {
    hint: 'unset it, add the host to NO_PROXY, or set the option http_proxy',
  });
}
