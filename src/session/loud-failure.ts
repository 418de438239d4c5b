import { closeSync } from 'node:fs';
import type { BackupFile } from '../backup/file-name.ts';
import type { ByteSink } from '../transfer/sink.ts';

/** The fixed part of a gzip file (RFC 1952, section 2.3): deflate, no flags, no time, unknown system. */
const BARE_GZIP_HEADER = new Uint8Array([0x1f, 0x8b, 8, 0, 0, 0, 0, 0, 0, 0xff]);

/** How long gprestore's helper needs to open its pipe to COPY, in milliseconds (seen on Greenplum 6.24). */
const HELPER_DELAY = 1000;

/** How long a reader may take for the mark after a signal, in milliseconds. */
const HURRY = 300;

/** No encoding that Greenplum knows has it in a text, so COPY refuses it wherever it stands. */
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
 * @param hurried after a signal: nothing is waited for, and a reader that stands still gets nothing more.
 */
export async function makeFailureLoud(file: BackupFile, sink: ByteSink, hurried: boolean): Promise<void> {
  if (file.kind !== 'table' && file.kind !== 'single data file') return;
  const single = file.kind === 'single data file';
  try {
    if (single && file.compression === 'gzip' && sink.written === 0) {
      if (hurried) return;
      await sink.write(BARE_GZIP_HEADER);
      closeSync(1);
      await Bun.sleep(HELPER_DELAY);
    } else if (file.compression === 'none' && !(single && sink.written === 0)) {
      await Promise.race([sink.write(NUL), ...(hurried ? [Bun.sleep(HURRY)] : [])]);
    }
  } catch {
    // The reader is gone: it has failed already, and the first error is the one to tell.
  }
}
