import { afterAll, beforeAll } from 'bun:test';
import { type ProxyProgram, startProxyProgram } from '../../lab/proxy/proxy-program.ts';
import type { FaultCondition } from '../../lab/test-server.ts';
import { startTestServer, type TestServer } from '../../lab/test-server.ts';
import { storeOf } from './embedded-store.ts';
import { faultCase, type Tries } from './fault-case.ts';
import { LARGE, type Options, Passage, type Server } from './passage.ts';
import { RealServer } from './real-server.ts';

/** The proxy is the fault; what is behind it over https may be the embedded server, which has a certificate. */
let plain: RealServer;
let secure: TestServer;
let program: ProxyProgram;
beforeAll(async () => {
  [plain, secure, program] = await Promise.all([
    RealServer.start(),
    startTestServer({ tls: true }),
    startProxyProgram('backup', 'open-sesame'),
  ]);
});
afterAll(async () => {
  await plain[Symbol.asyncDispose]();
  await secure.stop();
  await program.stop();
});

interface Scheme {
  readonly name: string;
  readonly server: () => Server;
  /** What the proxy does something to: each request, or what makes the tunnel for all of them. */
  readonly when: FaultCondition;
  readonly refused: string;
}

const SCHEMES: readonly Scheme[] = [
  {
    name: 'http',
    server: () => plain,
    when: {},
    refused: 'HINT: the proxy requires a user and a password',
  },
  {
    name: 'https (CONNECT)',
    server: () => ({ url: secure.url, ...storeOf(secure) }),
    when: { method: 'CONNECT' },
    refused: 'refuses the connection: check host, user and password of http_proxy',
  },
];

/** A passage whose proxy is one for `http_proxy`, and the options that lead through it, or through another one. */
async function behind(
  tries: Tries,
  scheme: Scheme,
): Promise<{ passage: Passage; through: (address?: string, options?: Options) => Options }> {
  const server = scheme.server();
  const passage = await Passage.open(server, tries, LARGE);
  passage.proxy.upstream = undefined;
  const direct =
    scheme.name === 'http' ? {} : { ca_file: passage.place.write('ca.pem', secure.certificate ?? '') };
  const through = (address = `127.0.0.1:${passage.proxy.port}`, options: Options = {}): Options => ({
    ...direct,
    endpoint: server.url,
    http_proxy: `http://${address}`,
    ...options,
  });
  await passage.store(direct);
  return { passage, through };
}

function proxyCase(
  title: string,
  scheme: Scheme,
  body: (passage: Passage, through: (address?: string, options?: Options) => Options) => Promise<void>,
): void {
  faultCase(
    'Network',
    `${scheme.name} through an http_proxy ${title}`,
    async (tries) => {
      const { passage, through } = await behind(tries, scheme);
      await using _ = passage;
      await body(passage, through);
    },
    { concurrent: true },
  );
}

for (const scheme of SCHEMES) {
  proxyCase('(proxy.py, with user and password): both ways', scheme, async (passage, through) => {
    const good = through(`backup:open-sesame@${program.address}`);
    await passage.backupSurvives(good);
    await passage.restoreSurvives(good);
    await passage.restoresFile(undefined, good);
  });

  proxyCase(
    'that answers 407 (proxy.py, a wrong password or none): an error at once',
    scheme,
    async (passage, through) => {
      const previous = passage.data;
      for (const user of ['backup:wrong@', '']) {
        const bad = through(`${user}${program.address}`);
        await passage.backupFails(['407', scheme.refused], bad, { previous });
        await passage.restoreFails(['407', scheme.refused], bad);
        await passage.restoresFile(['407', scheme.refused], bad);
      }
    },
  );

  proxyCase(
    'that answers 502 for a while, or hangs up: waited for, both ways',
    scheme,
    async (passage, through) => {
      const { script } = passage.proxy;
      for (const run of [
        async () => await passage.backupSurvives(through()),
        async () => await passage.restoreSurvives(through()),
        async () => await passage.restoresFile(undefined, through()),
      ]) {
        script.clear();
        const page = '<html><body>Bad Gateway</body></html>';
        script.add({ when: { ...scheme.when, times: 3 }, do: { kind: 'answer', status: 502, body: page } });
        script.add({ when: { ...scheme.when, nth: 4, times: 3 }, do: { kind: 'drop' } });
        const before = script.fired;
        await run();
        passage.expectFired(before + 6);
      }
    },
  );

  proxyCase('that answers 502 for good: an error (retry_timeout: 2s)', scheme, async (passage, through) => {
    const { script } = passage.proxy;
    const options = through(undefined, { retry_timeout: '2s' });
    script.add({ when: { ...scheme.when, times: Infinity }, do: { kind: 'answer', status: 502 } });
    await passage.backupFails(['502', 'tries', 'HINT: '], options, { previous: passage.data });
    await passage.restoreFails(['502', 'tries', 'HINT: '], options);
    await passage.restoresFile(['502', 'tries', 'HINT: '], options);
  });

  proxyCase('that hangs up for good: an error (retry_timeout: 2s)', scheme, async (passage, through) => {
    const { script } = passage.proxy;
    const options = through(undefined, { retry_timeout: '2s' });
    script.add({ when: { ...scheme.when, times: Infinity }, do: { kind: 'drop' } });
    await passage.backupFails(['tries', 'HINT: '], options, { previous: passage.data });
    await passage.restoreFails(['tries', 'HINT: '], options);
    await passage.restoresFile(['tries', 'HINT: '], options);
  });

  proxyCase(
    'that is not there: an error that names it (retry_timeout: 2s)',
    scheme,
    async (passage, through) => {
      await passage.proxy.refuse();
      const options = through(undefined, { retry_timeout: '2s' });
      const words = ['ECONNREFUSED', 'HINT: no program listens at the proxy', 'http_proxy'];
      await passage.backupFails(words, options, { previous: passage.data });
      await passage.restoreFails(words, options);
    },
  );
}
