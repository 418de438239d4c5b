import { mutationsOf } from './mutation.ts';

/** Certificates of both sides, and versions of TLS. */
export const TLS = [
  ...mutationsOf(
    'src/s3/http/own-side.ts',
    ['test/s3/http/own-side.test.ts'],
    [
      {
        name: 'a certificate that was renewed is not read before the old one ends',
        find: 'this.#readAgainAt = now + Math.max(1000, (until - now) / 2);',
        replace: '',
      },
      {
        name: 'a renewal that is half done ends a stream',
        find: 'this.#readAgainAt = now + 60_000;',
        replace: 'throw error;',
      },
      {
        name: 'an authority is shown in place of the client',
        find: 'chain: [leaf.pem, ...certificates.filter((one) => one !== leaf).map(({ pem }) => pem)],',
        replace: 'chain: pems,',
      },
      {
        name: 'a key of another certificate fails as a connection that can not be opened',
        find: 'one.certificate.checkPrivateKey(key)',
        replace: 'one.pem !== ""',
      },
      {
        name: 'an expired client certificate is shown all the same',
        find: 'if (until < now) {',
        replace: 'if (until < 0) {',
        tests: ['test/program/mutual-tls.test.ts'],
      },
      {
        name: 'tls_min_version: 1.3 asks for nothing',
        find: "minVersion === '1.3' ? { minVersion: TLS_1_3 } : {}",
        replace: "minVersion === '1.3' ? { minVersion: 0x0303 } : {}",
      },
    ],
  ),
  ...mutationsOf(
    'src/s3/http/certificate-folder.ts',
    ['test/s3/http/certificate-folder.test.ts'],
    [
      {
        name: 'a pipe in ca_path stops the program for good',
        find: '!seen.isFile() || ',
        replace: '',
      },
      {
        name: 'a folder with a file that can not be read trusts nothing',
        find: 'problems.push(`${name} ${file}',
        replace: 'throw new PluginError(`${name} ${file}',
      },
      {
        name: 'certificates in DER do not count',
        find: 'file[0] === 0x30 && ',
        replace: 'file[0] === 0 && ',
      },
    ],
  ),
  ...mutationsOf(
    'src/s3/http/tls-failure.ts',
    ['test/program/tls-versions.test.ts', 'test/program/mutual-tls.test.ts'],
    [
      {
        name: 'an old server is told as one without TLS',
        find: 'if (ON_VERSIONS.test(reason)) {',
        replace: "if (ON_VERSIONS.test('')) {",
      },
      {
        name: 'nobody hears that a client certificate is missing',
        find: 'if (onCertificate !== undefined) {',
        replace: "if (onCertificate === '') {",
      },
      {
        name: 'a server that hangs up after the handshake is told as a bad network',
        find: 'return hungUp\n',
        replace: 'return hungUp && chain.length === 0\n',
      },
    ],
  ),
  ...mutationsOf(
    'src/s3/http/certificate.ts',
    ['test/s3/http/certificate.test.ts'],
    [
      {
        name: 'an authority that has expired is told as the server’s certificate',
        find: 'return one === own ?',
        replace: 'return one !== undefined ?',
      },
    ],
  ),
  ...mutationsOf(
    'src/s3/http/transport.ts',
    ['test/program/mutual-tls.test.ts'],
    [
      {
        name: 'the client certificate is not shown',
        find: '{ rejectUnauthorized, ca, ...own }',
        replace: '{ rejectUnauthorized, ca }',
      },
      {
        name: 'a refused certificate behind a proxy is looked for past the proxy',
        find: 'socket: tunnel?.path };',
        replace: 'socket: undefined };',
        tests: ['test/program/server-certificates.test.ts'],
      },
      {
        name: 'after three looks a hang-up is a bad network again',
        find: 'return route.told ?? failure;',
        replace: 'return failure;',
      },
    ],
  ),
  ...mutationsOf(
    'src/s3/http/trust.ts',
    ['test/program/server-certificates.test.ts'],
    [
      {
        name: 'with damage among the system’s certificates ca_path counts no longer',
        find: "[added, ...ofFolder].join('')",
        replace: 'added',
      },
      {
        name: 'one damaged file in ca_path hides the others',
        find: 'folder === undefined ? [] : certificatesOf(Buffer.from(folder.text)).pems;',
        replace: 'folder === undefined ? [] : [folder.text];',
      },
    ],
  ),
  ...mutationsOf(
    'src/session/proxy.ts',
    ['test/session/proxy.test.ts'],
    [
      {
        name: 'no_proxy is not kept to',
        find: 'return (url) => (noProxy.excepts(url) ? undefined : choice(url));',
        replace: 'return choice;',
      },
    ],
  ),
  ...mutationsOf(
    'src/config/no-proxy-entries.ts',
    ['test/config/no-proxy-entries.test.ts'],
    [
      {
        name: 'a network that no address is in is taken for no_proxy',
        find: 'Number(bits) <= (isIP(network) === 4 ? 32 : 128)',
        replace: 'Number(bits) <= 128',
      },
    ],
  ),
  ...mutationsOf(
    'src/s3/errors/failed-answer.ts',
    ['test/s3/errors/failed-answer.test.ts'],
    [
      {
        name: 'nginx’ page about the client certificate is told as a bad request',
        find: 'return pageOfGateway(text);',
        replace: 'return {};',
      },
    ],
  ),
];
