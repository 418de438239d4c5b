import { afterEach, beforeEach, expect, test } from 'bun:test';
import { BACKUP_DIR, TIMESTAMP, Workplace } from '../../lab/program/plugin.ts';
import { type Proxy, startProxy } from '../../lab/proxy/proxy.ts';
import { type S3Server, startS3Server } from '../../lab/s3-server/server.ts';
import { PeakMemory } from '../soak/peak-memory.ts';

const MB = 1024 * 1024;
const PATH = `${BACKUP_DIR}/gpbackup_0_${TIMESTAMP}`;
const HOST = 'store.example';
/** Of each direction of the line through the proxy: slower than the program, so that what it may hold, it holds. */
const RATE = 80 * MB;

let place: Workplace;
let proxy: Proxy;
let server: S3Server;
beforeEach(async () => {
  place = new Workplace();
  proxy = await startProxy({ hosts: { [HOST]: '127.0.0.1' } });
  proxy.link.bytesPerSecond = RATE;
  server = await startS3Server({ tls: true, domain: HOST });
});
afterEach(async () => {
  place[Symbol.dispose]();
  await proxy.stop();
  await server.stop();
});

function configWith(options: Readonly<Record<string, string>>): string {
  const ca_file = place.write('ca.pem', server.certificate ?? '');
  return place.config(
    { url: `https://${HOST}:${server.port}` },
    { ca_file, max_memory: '192MB', ...options },
  );
}

/** Runs the program with `bytes` as its input, and gives its peak in MB. */
async function peakOf(
  args: readonly string[],
  bytes: number,
  variables: Readonly<Record<string, string>> = {},
): Promise<number> {
  using memory = new PeakMemory();
  const piece = new Uint8Array(MB);
  let left = bytes;
  const stdin = new ReadableStream<Uint8Array>({
    pull: (controller) => {
      if (left <= 0) controller.close();
      else controller.enqueue(piece);
      left -= piece.length;
    },
  });
  const child = place.start(args, { stdin, env: { ...place.env, ...variables } });
  memory.watch(child.pid);
  let received = 0;
  const reading = (async () => {
    for await (const chunk of child.stdout) received += chunk.length;
  })();
  const stderr = await new Response(child.stderr).text();
  await reading;
  expect([await child.exited, stderr]).toEqual([0, '']);
  if (bytes === 0) expect(received).toBeGreaterThan(0);
  memory.forget(child.pid, args[0] ?? '');
  return (memory.ended[0]?.bytes ?? Number.NaN) / MB;
}

function expectTunnelled(): void {
  expect(proxy.requests.length).toBeGreaterThan(0);
  expect(proxy.requests.every(({ method }) => method === 'CONNECT')).toBe(true);
}

test.each(['16MB', '64MB'])('parts of %s through http_proxy stay within max_memory', async (chunk) => {
  const config = configWith({ http_proxy: proxy.url, backup_multipart_chunksize: chunk });
  const peak = await peakOf(['backup_data', config, PATH], 260 * MB);
  console.log(`peak memory, parts of ${chunk} through a proxy: ${peak.toFixed(0)} MB`);
  expectTunnelled();
  expect(peak).toBeLessThanOrEqual(192);
});

test('parts of 16MB through HTTPS_PROXY stay within max_memory', async () => {
  const config = configWith({ backup_multipart_chunksize: '16MB' });
  const peak = await peakOf(['backup_data', config, PATH], 260 * MB, { HTTPS_PROXY: proxy.url });
  console.log(`peak memory, parts of 16MB through HTTPS_PROXY: ${peak.toFixed(0)} MB`);
  expectTunnelled();
  expect(peak).toBeLessThanOrEqual(192);
});

test('the default parts and ranges through http_proxy stay within max_memory', async () => {
  const config = configWith({ http_proxy: proxy.url });
  const up = await peakOf(['backup_data', config, PATH], 260 * MB);
  const down = await peakOf(['restore_data', config, PATH], 0);
  console.log(`peak memory through a proxy: ${up.toFixed(0)} MB up, ${down.toFixed(0)} MB down`);
  expectTunnelled();
  expect(Math.max(up, down)).toBeLessThanOrEqual(192);
});

test('ranges of 16MB through http_proxy stay within max_memory', async () => {
  const config = configWith({ http_proxy: proxy.url, restore_multipart_chunksize: '16MB' });
  await peakOf(['backup_data', config, PATH], 260 * MB);
  const peak = await peakOf(['restore_data', config, PATH], 0);
  console.log(`peak memory, ranges of 16MB through a proxy: ${peak.toFixed(0)} MB`);
  expectTunnelled();
  expect(peak).toBeLessThanOrEqual(192);
});
