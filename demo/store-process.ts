import type { RecordedRequest } from '../lab/s3-server/recorded-request.ts';
import { startS3Server } from '../lab/s3-server/server.ts';
import type { FromStore, ToStore } from './store.ts';

/** The embedded S3 server in a process of its own. It ends with the demo, however that ends. */
const COUNT_INTERVAL = 200;

const tell = (message: FromStore): void => {
  process.send?.(message);
};

process.on('disconnect', () => process.exit(0));

const start = Promise.withResolvers<Extract<ToStore, { kind: 'start' }>>();
process.on('message', (message: ToStore) => {
  if (message.kind === 'start') start.resolve(message);
  else if (message.kind === 'flip') void flip(message.key, message.at);
  else void report();
});

const { directory, bucket, keys } = await start.promise;
const server = await startS3Server({ directory, buckets: [bucket], credentials: [keys] });
tell({ kind: 'ready', url: server.url });
setInterval(() => tell({ kind: 'count', requests: server.requests.length }), COUNT_INTERVAL);

async function flip(key: string, at: number): Promise<void> {
  await start.promise;
  const [bytes, known] = [await server.objects.get(bucket, key), server.objects.head(bucket, key)];
  if (bytes === undefined || known === undefined) throw new Error(`there is no ${key}`);
  bytes[at] = (bytes[at] ?? 0) ^ 1;
  const { etag, headers, lastModified } = known;
  await server.objects.put(bucket, key, bytes, { etag, headers, lastModified });
  tell({ kind: 'flipped' });
}

async function report(): Promise<void> {
  await start.promise;
  const operations: Record<string, number> = {};
  for (const { operation } of server.requests) operations[operation] = (operations[operation] ?? 0) + 1;
  tell({
    kind: 'report',
    operations,
    refused: server.requests.filter(isRefused).length,
    keys: server.objects.keys(bucket).length,
    uploads: server.objects.uploads(bucket).length,
  });
}

/** That a bucket has no lock is told by 404: an answer like any other. */
function isRefused({ operation, status }: RecordedRequest): boolean {
  if (operation === 'GetObjectLockConfiguration' && status === 404) return false;
  return status === undefined || status >= 400;
}
