import { formatSize, MiB, parseSize } from '../../src/base/bytes.ts';
import { OPTIONS } from '../../src/config/options.ts';
import { buffersInBudget, transferBudget } from '../../src/transfer/memory.ts';
import { growingSchedule, LARGEST_OBJECT, MOST_PARTS } from '../../src/transfer/part-schedule.ts';
import { table, wrapped } from './markdown.ts';

const MAX_MEMORY = parseSize(OPTIONS.max_memory.fallback) ?? 0;
const CONCURRENCY = Number(OPTIONS.backup_max_concurrent_requests.fallback);
/** The program itself, measured; parts are sent from the buffers they are read into. */
const PROGRAM_MEMORY = 64 * MiB;

/** What a process with the default `max_memory` uses for parts of one size. */
function footprint(partSize: number): { readonly inFlight: number; readonly memory: number } {
  const inFlight = buffersInBudget(CONCURRENCY, partSize, transferBudget(MAX_MEMORY));
  return { inFlight, memory: PROGRAM_MEMORY + inFlight * partSize };
}

interface Stage {
  /** The first and the last part of this size. */
  readonly from: number;
  readonly to: number;
  readonly size: number;
  /** Bytes of a stream that ends with the last of them. */
  readonly reaches: number;
}

/** The growing parts of an upload, one entry a size. */
function stages(): Stage[] {
  const schedule = growingSchedule(MOST_PARTS);
  const found: Stage[] = [];
  let from = 1;
  let reaches = 0;
  for (let part = 1; part <= MOST_PARTS; part += 1) {
    const size = schedule.sizeOf(part);
    reaches += size;
    if (part < MOST_PARTS && schedule.sizeOf(part + 1) === size) continue;
    found.push({ from, to: part, size, reaches });
    from = part + 1;
  }
  return found;
}

/** The longest stream that is stored within the default `max_memory`, in bytes. */
export function streamWithinMemory(): number {
  return Math.max(
    0,
    ...stages()
      .filter(({ size }) => footprint(size).memory <= MAX_MEMORY)
      .map(({ reaches }) => reaches),
  );
}

/** What a process needs with parts of a fixed size, as the documents write it. */
export function memoryOfChunk(size: number): string {
  return formatSize(footprint(size).memory);
}

/** Parts that grow with the stream. */
export function partTable(): string {
  const rows = stages().map(({ from, to, size, reaches }) => [
    `${from} to ${to}`,
    formatSize(size),
    formatSize(reaches),
    String(footprint(size).inFlight),
    memoryOfChunk(size),
  ]);
  const head = ['Parts', 'Part size', 'Stream up to', 'In parallel', 'Memory of the process, about'];
  const bound = `A process stays within ${formatSize(MAX_MEMORY)} for streams of up to ${formatSize(streamWithinMemory())}.`;
  const beyond = 'Longer streams need larger parts and more memory, because S3 accepts at most 10,000 parts.';
  return `${table(head, rows)}\n\n${wrapped(`${bound} ${beyond}`)}`;
}

/** Parts of a fixed size. */
export function chunkTable(): string {
  return table(
    ['`backup_multipart_chunksize`', 'Stream up to', 'In parallel', 'Memory of the process, about'],
    [8, 16, 32, 64, 128, 500, 1024].map((mebibytes) => {
      const size = mebibytes * MiB;
      return [
        formatSize(size),
        formatSize(Math.min(size * MOST_PARTS, LARGEST_OBJECT)),
        String(footprint(size).inFlight),
        memoryOfChunk(size),
      ];
    }),
  );
}
