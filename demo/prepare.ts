import { join } from 'node:path';
import type { Cluster } from './cluster.ts';
import { DemoFailure } from './failure.ts';
import { megabytes } from './summary.ts';
import { type Database, type SegmentData, TABLES } from './tables.ts';

/** Makes every segment's rows, in processes of their own, two at a time: one a segment host. */
export async function makeDatabase(
  cluster: Cluster,
  database: Database,
  signal: AbortSignal,
): Promise<string> {
  await Promise.all(
    cluster.segmentHosts.map(async (host) => {
      for (const segment of cluster.segments.filter((one) => one.host === host)) {
        const child = Bun.spawn(
          [
            process.execPath,
            join(import.meta.dir, 'make-rows.ts'),
            String(segment.content + 1),
            segment.dataFolder,
          ],
          { stdin: 'ignore', stdout: 'pipe', stderr: 'inherit', signal },
        );
        const [text, status] = await Promise.all([new Response(child.stdout).text(), child.exited]);
        signal.throwIfAborted();
        if (status !== 0) throw new DemoFailure(`making rows ended with ${status}`);
        database.add(segment, JSON.parse(text) as SegmentData);
      }
    }),
  );
  const bytes = database.bytesOf(TABLES, cluster.segments);
  return `${TABLES.length} tables on ${cluster.segments.length} segments, ${megabytes(bytes)} MB of CSV`;
}
