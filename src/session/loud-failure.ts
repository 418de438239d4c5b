import { closeSync } from 'node:fs';
import type { BackupFile } from '../backup/file-name.ts';
import { pause } from '../base/pause.ts';
import { LAST_WRITE } from '../base/signal-times.ts';
import type { Sink } from '../transfer/sink.ts';

/** The fixed part of a gzip file (RFC 1952, section 2.3): deflate, no flags, no time, unknown system. */
const BARE_GZIP_HEADER = new Uint8Array([0x1f, 0x8b, 8, 0, 0, 0, 0, 0, 0, 0xff]);

/** How long gprestore's helper needs to open its pipe to COPY, in milliseconds (seen on Greenplum 6.24). */
const HELPER_DELAY = 1000;

/** No encoding that Greenplum knows has it in a text, so COPY refuses it wherever it is. */
const NUL = new Uint8Array([0]);

/**
 * Called before a failed restore ends, so that its consumer fails too.
 *
 * - A gzip single data file, nothing written yet: gprestore's helper would end before COPY opens its pipe, and
 *   COPY would wait for good. A bare gzip header, the end of the output and a second let both go on and fail.
 * - Uncompressed data, behind `cat -`: the exit code is lost and what came would be loaded as if it were whole.
 *   A NUL byte makes COPY refuse it. A single data file of which nothing was written needs none: its helper
 *   notices the message on stderr.
 *
 * @param signal when it has come, a reader that takes nothing gets nothing more; until then it ends every wait.
 */
export async function makeFailureLoud(file: BackupFile, sink: Sink, signal: AbortSignal): Promise<void> {
  if (file.kind !== 'table' && file.kind !== 'single data file') return;
  const single = file.kind === 'single data file';
  try {
    if (single && file.compression === 'gzip' && !sink.begun) {
      if (signal.aborted) return;
      await sink.write(BARE_GZIP_HEADER, signal);
      closeSync(1);
      await pause(HELPER_DELAY, signal);
    } else if (file.compression === 'none' && !(single && !sink.begun)) {
      await sink.write(NUL, signal.aborted ? AbortSignal.timeout(LAST_WRITE) : signal);
    }
  } catch {
    // The reader is gone or takes nothing more: the first error is the one to report.
  }
}
