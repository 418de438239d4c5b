import { isIP } from 'node:net';
import { printable } from '../base/printable.ts';

/** A problem is added for each entry of `no_proxy` that would except nothing. */
export function checkNoProxy(list: string, problems: string[]): void {
  for (const entry of list.split(',').map((text) => text.trim())) {
    if (entry === '' || entry === '*' || isHostEntry(entry)) continue;
    problems.push(
      `option "no_proxy": "${printable(entry)}" must be a host name, .domain, *.domain, an IP address or a network such as 10.0.0.0/8, with a comma between two`,
    );
  }
}

function isHostEntry(entry: string): boolean {
  const [, network, bits] = /^([^/]*)\/(\d{1,3})$/.exec(entry) ?? [];
  if (network !== undefined) return isIP(network) !== 0 && Number(bits) <= (isIP(network) === 4 ? 32 : 128);
  if (isIP(entry) === 6) return true;
  const [, host = '', , port = '1'] = /^(\[[^\]]*\]|[^:]*)(:(\d{1,5}))?$/.exec(entry) ?? [];
  if (Number(port) < 1 || Number(port) > 65_535) return false;
  if (host.startsWith('[')) return isIP(host.slice(1, -1)) === 6;
  return /^(\*?\.)?[\p{L}\p{N}_](?:[\p{L}\p{N}_.-]*[\p{L}\p{N}_])?\.?$/u.test(host);
}
