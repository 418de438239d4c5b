import { afterAll, beforeAll, expect } from 'bun:test';
import { setTimeout } from 'node:timers/promises';
import { OWN_MOUNTS } from '../../lab/program/plugin.ts';
import { type NameServer, type NameServerMood, startNameServer } from '../../lab/proxy/name-server.ts';
import type { Proxy } from '../../lab/proxy/proxy.ts';
import { faultCase, type Tries } from './fault-case.ts';
import { LARGE, type Options, Passage } from './passage.ts';
import { RealServer } from './real-server.ts';

const NAME = 's3.faults.example';

let server: RealServer;
beforeAll(async () => {
  server = await RealServer.start();
});
afterAll(async () => await server[Symbol.asyncDispose]());

/** A passage whose program asks a name server of its own for the endpoint's address. */
async function named(tries: Tries, names: NameServer): Promise<Passage> {
  const passage = await Passage.open(server, tries, LARGE);
  const config = passage.place.write('resolv.conf', `nameserver ${names.address}\n`);
  const mounted = 'mount --bind "$0" /etc/resolv.conf && exec "$@"';
  passage.prefix = [...OWN_MOUNTS.split(' '), 'bash', '-c', mounted, config];
  return passage;
}

function endpoint({ port }: Proxy, options: Options = {}): Options {
  return { endpoint: `http://${NAME}:${port}`, ...options };
}

const OUTAGE = 12_000;

const MOODS: readonly (readonly [NameServerMood, string, string])[] = [
  ['fails', 'answers SERVFAIL', '127.53.0.1'],
  ['denies', 'answers NXDOMAIN', '127.53.0.2'],
  ['is silent', 'says nothing', '127.53.0.3'],
];

// Only root may listen on port 53, and a resolv.conf can name no other one.
if (process.getuid?.() !== 0) console.log('skipped, since they take the rights of root: the cases of DNS');
else {
  for (const [mood, words, address] of MOODS) {
    faultCase(
      'Network',
      `DNS ${words} for ${OUTAGE / 1000} s, before the first request and in the middle of a transfer: waited for, both ways`,
      async (tries) => {
        const names = await startNameServer(address, mood);
        try {
          await using backup = await named(tries, names);
          await using restore = await named(tries, names);
          await restore.store();
          const all = (): Promise<unknown> =>
            Promise.all([
              backup.backupSurvives(endpoint(backup.proxy)),
              restore.restoreSurvives(endpoint(restore.proxy)),
              restore.restoresFile(undefined, endpoint(restore.proxy)),
            ]);
          const before = all();
          await setTimeout(OUTAGE);
          expect(names.asked).toBeGreaterThan(0);
          names.mood = 'answers';
          await before;
          // All connections die, and what comes next has to look for the server again.
          const run = (): void => {
            names.mood = mood;
            for (const { proxy } of [backup, restore]) proxy.cut();
            void setTimeout(OUTAGE).then(() => {
              names.mood = 'answers';
            });
          };
          for (const { proxy } of [backup, restore]) {
            proxy.script.add({ when: { operation: 'UploadPart', nth: 2 }, do: { kind: 'before', run } });
            proxy.script.add({ when: { operation: 'GetObject', nth: 3 }, do: { kind: 'before', run } });
          }
          await all();
          backup.expectFired();
          restore.expectFired();
        } finally {
          names.stop();
        }
      },
      { concurrent: true },
    );
  }

  faultCase(
    'Network',
    'a name that DNS does not know, or says nothing about: an error that names it (retry_timeout: 2s)',
    async (tries) => {
      const names = await startNameServer('127.53.0.4', 'denies');
      try {
        await using one = await named(tries, names);
        await one.store();
        const options = endpoint(one.proxy, { retry_timeout: '2s' });
        const unknown = ['the host name is not known (ENOTFOUND', `HINT: the name ${NAME}`];
        await one.restoreFails(unknown, options);
        await one.restoresFile(unknown, options);
        names.mood = 'fails';
        await one.restoreFails(
          ['the name service does not answer (EAI_AGAIN', 'HINT: no name server answers'],
          options,
        );
      } finally {
        names.stop();
      }
    },
    { concurrent: true },
  );
}
