import { BlockList, isIP } from 'node:net';
import { bareHost } from '../base/bare-host.ts';

/**
 * The hosts that NO_PROXY excepts, read as Go's net/http reads it: names with their subdomains (`.name` and `*.name`:
 * the subdomains alone), addresses, networks (CIDR), each name or address with or without a port, `*` for all. Entries
 * that are none of these except nothing.
 */
export class NoProxy {
  readonly #matches: ((host: string, port: string) => boolean)[];

  constructor(list: string) {
    this.#matches = list
      .split(',')
      .map((entry) => entry.trim().toLowerCase())
      .filter((entry) => entry !== '')
      .map(matcherOf);
  }

  /** @param url with its scheme's port or another one; the host in lower case, an IPv6 address in brackets */
  excepts({ hostname, port, protocol }: URL): boolean {
    const host = bareHost(hostname).replace(/\.$/, '');
    return this.#matches.some((matches) => matches(host, port === '' ? standardPort(protocol) : port));
  }
}

function standardPort(protocol: string): string {
  return protocol === 'https:' ? '443' : '80';
}

function matcherOf(entry: string): (host: string, port: string) => boolean {
  if (entry === '*') return () => true;
  const [, network, bits] = /^([0-9a-f.:]+)\/(\d{1,3})$/.exec(entry) ?? [];
  if (network !== undefined && bits !== undefined) return networkMatcher(network, Number(bits));
  // Of a bare IPv6 address no colon is one before a port.
  const [, named = entry, wanted] = isIP(entry) === 6 ? [] : (/^(.*):(\d*)$/.exec(entry) ?? []);
  const name = named.replace(/^\[(.*)\]$/, '$1');
  const hasPort = (port: string): boolean => wanted === undefined || wanted === '' || wanted === port;
  if (isIP(name) !== 0) {
    const isSame = networkMatcher(name, isIP(name) === 4 ? 32 : 128);
    return (host, port) => isSame(host) && hasPort(port);
  }
  const suffix = toAscii(name.replace(/^\*\./, '.').replace(/\.$/, ''));
  if (suffix === '') return () => false;
  if (suffix.startsWith('.')) return (host, port) => host.endsWith(suffix) && hasPort(port);
  return (host, port) => (host === suffix || host.endsWith(`.${suffix}`)) && hasPort(port);
}

/** A name with other letters, as URLs have it. */
function toAscii(name: string): string {
  const isAscii = /^[\x20-\x7e]*$/.test(name);
  const [, dot = '', rest = ''] = /^(\.?)(.*)$/.exec(name) ?? [];
  return isAscii ? name : `${dot}${URL.parse(`http://${rest}`)?.hostname ?? rest}`;
}

function networkMatcher(network: string, bits: number): (host: string) => boolean {
  const version = isIP(network);
  if (version === 0 || bits > (version === 4 ? 32 : 128)) return () => false;
  const list = new BlockList();
  list.addSubnet(network, bits, version === 4 ? 'ipv4' : 'ipv6');
  return (host) => isIP(host) === version && list.check(host, version === 4 ? 'ipv4' : 'ipv6');
}
