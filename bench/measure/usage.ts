import { dlopen, FFIType, ptr } from 'bun:ffi';

/** What an ended process used: wait4(2) tells it to the process that waits, and nobody else does as exactly. */
export interface Usage {
  /** Seconds in user mode and in the kernel, all threads. */
  readonly cpu: number;
  /** Bytes resident at the most. */
  readonly peak: number;
  /** 0: success. 128 and more: ended by a signal. */
  readonly status: number;
}

const { symbols: libc } = dlopen('libc.so.6', {
  prctl: {
    args: [FFIType.i32, FFIType.u64, FFIType.u64, FFIType.u64, FFIType.u64],
    returns: FFIType.i32,
  },
  wait4: { args: [FFIType.i32, FFIType.ptr, FFIType.i32, FFIType.ptr], returns: FFIType.i32 },
});

const PR_SET_CHILD_SUBREAPER = 36;
/** struct rusage: two timevals of two 64-bit numbers, then the peak in kB; the rest is not used. */
const RUSAGE_BYTES = 144;
const MAXRSS_OFFSET = 32;

/**
 * Makes this process the parent of all orphans below it. A shell can then start the measured process and end.
 * The kernel begins the peak of a process with that of the one it was forked from: this runtime's 40 MB would
 * hide what a small program needs, a shell's 2 MB do not.
 */
export function adoptOrphans(): void {
  if (libc.prctl(PR_SET_CHILD_SUBREAPER, 1n, 0n, 0n, 0n) !== 0) throw new Error('prctl failed');
}

/** Waits for any child to end; blocks this thread, so that the end is noticed at once. */
export function waitForAny(): { readonly pid: number; readonly usage: Usage } {
  const status = new Int32Array(1);
  const rusage = new DataView(new ArrayBuffer(RUSAGE_BYTES));
  for (let tries = 0; tries < 100; tries += 1) {
    const pid = libc.wait4(-1, ptr(status), 0, ptr(rusage));
    // A signal that arrives ends the call as well.
    if (pid > 0) return { pid, usage: readUsage(rusage, status[0] ?? 0) };
  }
  throw new Error('there is no process to wait for');
}

/** The figures of a struct rusage on a 64-bit little-endian Linux, and a wait status as shells number it. */
export function readUsage(rusage: DataView, status: number): Usage {
  const seconds = (offset: number): number =>
    Number(rusage.getBigInt64(offset, true)) + Number(rusage.getBigInt64(offset + 8, true)) / 1e6;
  const signal = status & 0x7f;
  return {
    cpu: seconds(0) + seconds(16),
    peak: Number(rusage.getBigInt64(MAXRSS_OFFSET, true)) * 1024,
    status: signal === 0 ? (status >> 8) & 0xff : 128 + signal,
  };
}
