import { readFileSync } from 'node:fs';

const INTERVAL = 20;

/**
 * The most memory that each process had resident. The kernel's figure for a child that has ended includes what its
 * parent had when it was started, so the running ones are asked again and again: what one takes in its last
 * milliseconds is missed.
 */
export class PeakMemory implements Disposable {
  readonly #peaks = new Map<number, number>();
  readonly #watch = setInterval(() => this.#look(), INTERVAL);
  /** Bytes, of each process that has ended; processes that lived too short are not in it. */
  readonly ended: { readonly command: string; readonly bytes: number }[] = [];

  watch(pid: number): void {
    this.#peaks.set(pid, 0);
  }

  /** The process has ended. */
  forget(pid: number, command: string): void {
    const bytes = this.#peaks.get(pid) ?? 0;
    if (bytes > 0) this.ended.push({ command, bytes });
    this.#peaks.delete(pid);
  }

  #look(): void {
    for (const [pid, peak] of this.#peaks) this.#peaks.set(pid, Math.max(peak, residentPeak(pid)));
  }

  [Symbol.dispose](): void {
    clearInterval(this.#watch);
  }
}

/** VmHWM in bytes; 0 while the launcher has not yet become the program, and after the end. */
function residentPeak(pid: number): number {
  try {
    if (!readFileSync(`/proc/${pid}/cmdline`, 'utf8').includes('.bin')) return 0;
    const kilobytes = /^VmHWM:\s*(\d+) kB/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1];
    return Number(kilobytes ?? 0) * 1024;
  } catch {
    // It has ended in between.
    return 0;
  }
}
