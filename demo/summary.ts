import { availableParallelism } from 'node:os';
import type { Peak } from './shell.ts';
import type { StoreReport } from './store.ts';

/** What one act moved. */
interface Row {
  readonly act: string;
  readonly files: number;
  readonly bytes: number;
  /** Undefined where no time is worth a speed. */
  readonly milliseconds: number | undefined;
}

const MB = 1_000_000;

/** Collects what the acts moved, for the table at the end. */
export class Summary {
  readonly #rows: Row[] = [];

  /** Runs an act and keeps how much it moved in what time. */
  async timed(act: string, files: number, bytes: number, work: () => Promise<void>): Promise<string> {
    const startedAt = performance.now();
    await work();
    const milliseconds = performance.now() - startedAt;
    this.#rows.push({ act, files, bytes, milliseconds });
    return `${megabytes(bytes)} MB in ${(milliseconds / 1000).toFixed(1)} s, ${speed(bytes, milliseconds)} MB/s`;
  }

  add(act: string, files: number, bytes: number): void {
    this.#rows.push({ act, files, bytes, milliseconds: undefined });
  }

  /** The table at the end. */
  text(report: StoreReport, peak: Peak, processes: number): string {
    const rows = this.#rows.map(({ act, files, bytes, milliseconds }) => [
      act,
      String(files),
      megabytes(bytes),
      milliseconds === undefined ? '' : (milliseconds / 1000).toFixed(1),
      milliseconds === undefined ? '' : speed(bytes, milliseconds),
    ]);
    const table = layOut([['', 'files', 'MB', 'seconds', 'MB/s'], ...rows]);
    const operations = Object.entries(report.operations)
      .toSorted(([, one], [, other]) => other - one)
      .map(([operation, count]) => `${operation} ${count}`);
    const requests = Object.values(report.operations).reduce((sum, count) => sum + count, 0);
    const command =
      / (backup_\w+|restore_\w+|setup_\w+|delete_\w+|list_\w+|verify_\w+|report) /.exec(peak.line)?.[1] ??
      peak.line;
    const atMost = peak.atMost ? 'at most ' : '';
    return [
      table,
      '',
      `command lines run                  ${processes}`,
      `largest plugin process             ${atMost}${megabytes(peak.bytes)} MB (${command})`,
      `requests                           ${requests} (${operations.join(', ')})`,
      '',
      `Server, gzip and checksums share the ${availableParallelism()} processors of this machine with the plugin.`,
    ].join('\n');
  }
}

export function megabytes(bytes: number): string {
  return (bytes / MB).toFixed(bytes > 0 && bytes < 10 * MB ? 1 : 0);
}

function speed(bytes: number, milliseconds: number): string {
  return (bytes / MB / (milliseconds / 1000)).toFixed(0);
}

/** Columns as wide as their longest cell; the first to the left, numbers to the right. */
function layOut(rows: readonly (readonly string[])[]): string {
  const widths = (rows[0] ?? []).map((_, column) => Math.max(...rows.map((row) => row[column]?.length ?? 0)));
  return rows
    .map((row) =>
      row
        .map((cell, column) =>
          column === 0 ? cell.padEnd(widths[0] ?? 0) : cell.padStart(widths[column] ?? 0),
        )
        .join('  ')
        .trimEnd(),
    )
    .join('\n');
}
