import { CLOUDS } from './clouds.ts';
import { ON_PREMISES } from './on-premises.ts';
import type { Provider } from './provider.ts';

export type { Feature, Provider, ProviderFacts } from './provider.ts';

/** The only place in the program that names providers. */
export const PROVIDERS: readonly Provider[] = [...CLOUDS, ...ON_PREMISES];

/** Any other server: nothing but plain S3 is expected, everything beyond is negotiated. */
export const UNKNOWN_PROVIDER: Provider = { name: 'unknown', why: {} };

/** The provider behind a host (with or without a port). */
export function providerOf(host: string): Provider {
  const name = nameIn(host);
  return PROVIDERS.find(({ hosts }) => hosts?.test(name) === true) ?? UNKNOWN_PROVIDER;
}

/** The region that a host's provider signs for; undefined where the host does not say. */
export function regionOf(host: string): string | undefined {
  const { region } = providerOf(host);
  return typeof region === 'object' ? region.exec(nameIn(host))?.[1] : region;
}

function nameIn(host: string): string {
  return host.replace(/:\d+$/, '').toLowerCase();
}
