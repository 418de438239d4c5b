/**
 * Whether the runtime takes a body at once, however slowly it moves on: so it does on the way through the tunnel that an
 * http proxy opens for https (64 MiB within 132 ms towards a server that reads nothing; 4 MiB on any other way). Pieces
 * are of no use there, neither for memory nor as a sign of life.
 *
 * @param address begins with the scheme
 * @param proxied a proxy is configured; one may be in the environment as well, which the runtime follows
 */
export function takesBodiesWhole(address: string, proxied: boolean): boolean {
  if (!address.startsWith('https')) return false;
  return proxied || isSet('https_proxy') || isSet('HTTPS_PROXY');
}

function isSet(name: string): boolean {
  return (process.env[name] ?? '') !== '';
}
