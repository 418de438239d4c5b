import type { Secret } from '../base/secret.ts';
import { type Proxy, proxyOf } from '../s3/http/proxy.ts';

export type Environment = Readonly<Record<string, string | undefined>>;

/** The proxy of a URL, and what names it: `http_proxy`, or a variable. */
export type ProxyChoice = (url: URL) => { readonly proxy: Proxy; readonly setting: string } | undefined;

const VARIABLES = ['HTTPS_PROXY', 'https_proxy', 'HTTP_PROXY', 'http_proxy'] as const;

/**
 * Which proxy requests go through: the one of the config, otherwise those of the environment. What the config excepts
 * is excepted from either; NO_PROXY and this host itself are from those of the environment alone.
 * Calling the result throws a PluginError where the environment names a proxy that can't be used.
 * @param excepted as NO_PROXY lists hosts
 */
export async function proxyChoice(
  configured: Secret | undefined,
  environment: Environment,
  excepted?: string,
): Promise<ProxyChoice> {
  const choice = await choiceOf(configured, environment);
  if (excepted === undefined) return choice;
  const { NoProxy } = await import('./no-proxy.ts');
  const noProxy = new NoProxy(excepted);
  return (url) => (noProxy.excepts(url) ? undefined : choice(url));
}

async function choiceOf(configured: Secret | undefined, environment: Environment): Promise<ProxyChoice> {
  if (configured !== undefined) {
    const chosen = { proxy: proxyOf(configured), setting: 'http_proxy' };
    return () => chosen;
  }
  if (VARIABLES.every((name) => (environment[name] ?? '') === '')) return () => undefined;
  const { environmentProxy } = await import('./environment-proxy.ts');
  return environmentProxy(environment);
}
