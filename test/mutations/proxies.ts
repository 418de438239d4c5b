import { mutationsOf } from './mutation.ts';

/** Which proxy is asked, and what it lets through. */
export const PROXIES = [
  ...mutationsOf(
    'src/session/proxy.ts',
    ['test/session/proxy.test.ts'],
    [
      {
        name: 'a proxy of the environment overrules http_proxy',
        find: 'if (configured !== undefined) {',
        replace: "if (configured !== undefined && environment['HTTPS_PROXY'] === undefined) {",
        tests: ['test/program/proxy.test.ts'],
      },
    ],
  ),
  ...mutationsOf(
    'src/session/environment-proxy.ts',
    ['test/session/proxy.test.ts'],
    [
      {
        name: 'a server on this host is asked through the proxy',
        find: 'isNear(url.hostname) || ',
        replace: '',
      },
      { name: 'NO_PROXY is not kept to', find: ' || noProxy.excepts(url)', replace: '' },
      {
        name: 'a header of a web request decides the proxy',
        find: "if (!isHttps && (environment['REQUEST_METHOD'] ?? '') !== '') return undefined;",
        replace: '',
      },
      {
        name: 'https goes through the proxy for http',
        find: "? first(environment, 'HTTPS_PROXY', 'https_proxy')",
        replace: "? first(environment, 'HTTP_PROXY', 'http_proxy')",
      },
    ],
  ),
  ...mutationsOf(
    'src/session/no-proxy.ts',
    ['test/session/no-proxy.test.ts'],
    [
      {
        name: 'NO_PROXY of example.com excepts notexample.com',
        find: 'host.endsWith(`.${suffix}`)',
        replace: 'host.endsWith(suffix)',
      },
      { name: 'NO_PROXY=* excepts nothing', find: "if (entry === '*') return () => true;", replace: '' },
      {
        name: 'a port in NO_PROXY excepts all ports',
        find: "wanted === undefined || wanted === '' || wanted === port",
        replace: "port !== ''",
      },
      {
        name: 'a network in NO_PROXY excepts one host only',
        find: 'list.addSubnet(network, bits,',
        replace: 'list.addSubnet(network, 32,',
      },
    ],
  ),
  ...mutationsOf(
    'src/s3/http/proxy.ts',
    ['test/s3/http/proxy.test.ts'],
    [
      {
        name: 'an escaped password of the proxy is sent as it is written',
        find: "Buffer.from(':'), unescaped(password)]",
        replace: "Buffer.from(':'), Buffer.from(password)]",
      },
      {
        name: 'a server that is not there is told as the proxy’s fault',
        find: 'failure instanceof TransportError && UNCONNECTED.has(failure.code)',
        replace: 'failure instanceof TransportError',
      },
    ],
  ),
  ...mutationsOf(
    'src/s3/http/connect-answer.ts',
    ['test/s3/http/connect-answer.test.ts'],
    [
      {
        name: 'a wrong password of a tunnel’s proxy is tried for ten minutes',
        find: "new Set(['401', '403', '407'])",
        replace: "new Set(['401', '403'])",
      },
      {
        name: 'an endless answer to CONNECT is read on',
        find: ' && this.#bytes.length < LONGEST_HEAD',
        replace: '',
      },
      {
        name: 'bytes behind the answer to CONNECT are lost',
        find: 'return this.#bytes.subarray(end + 4);',
        replace: 'return new Uint8Array(0);',
      },
      {
        name: 'a proxy that refuses is taken for the server',
        find: "if (digits.startsWith('2')) return",
        replace: "if (digits !== '') return",
      },
    ],
  ),
  ...mutationsOf(
    'src/s3/http/tunnel.ts',
    ['test/program/proxy.test.ts'],
    [
      {
        name: 'a proxy that speaks TLS is believed without its certificate',
        find: 'if (isTrusted && distrust === null) {',
        replace: 'if (isTrusted || distrust !== undefined) {',
      },
      {
        name: 'a tunnel’s proxy is not sent its password',
        find: 'if (authorization !== undefined) lines.push',
        replace: 'if (authorization === null) lines.push',
      },
      {
        name: 'a tunnel that could not be made is told as the server’s fault',
        find: 'if (this.#failure !== undefined && this.#failure.at >= time) return this.#failure.error;',
        replace: '',
      },
    ],
  ),
  ...mutationsOf(
    'src/s3/http/relay.ts',
    ['test/program/proxy.test.ts', 'test/program/proxy-memory.test.ts'],
    [
      {
        name: 'bytes that a tunnel could not write at once are lost',
        find: 'this.#waiting[0] = bytes.subarray(written);',
        replace: 'this.#waiting.shift();',
      },
      {
        name: 'a connection that the server closed stays open in the tunnel',
        find: 'if (this.#ended) sink.end();',
        replace: 'if (this.#ended && sink === this.#source) sink.end();',
      },
    ],
  ),
  ...mutationsOf(
    'src/s3/http/private-socket.ts',
    ['test/s3/http/private-socket.test.ts'],
    [
      {
        name: 'another user can use the tunnel',
        find: '(mode & 0o170_777) === 0o040_700 && uid',
        replace: 'uid',
      },
      { name: 'the socket of a process that runs is swept', find: ' && !isAlive(pid)', replace: '' },
      {
        name: 'a name too long for a socket fails all requests',
        find: 'if (Buffer.byteLength(path) > LONGEST_PATH) continue;',
        replace: '',
      },
    ],
  ),
];
