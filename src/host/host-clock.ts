import { closeSync, openSync, readFileSync, readSync } from 'node:fs';

const UPTIME = '/proc/uptime';

/** Milliseconds since the host's start, for whoever asks once; 0 where the system does not tell. */
export function hostUptime(): number {
  try {
    return uptimeIn(readFileSync(UPTIME, 'latin1'));
  } catch {
    return 0;
  }
}

/**
 * Milliseconds since the host started (proc(5), /proc/uptime, in steps of 10 ms): the same in all processes, and nobody
 * can set it. The runtime's own monotonic clock begins with each process, and the time of the day can jump.
 */
export class HostClock implements Disposable {
  /** Another one after each start of the host. */
  readonly boot: string;
  readonly #fd: number;
  readonly #buffer = Buffer.alloc(64);

  /** @throws where there is no /proc */
  constructor() {
    this.boot = readFileSync('/proc/sys/kernel/random/boot_id', 'latin1').trim();
    this.#fd = openSync(UPTIME, 'r');
  }

  now(): number {
    const length = readSync(this.#fd, this.#buffer, 0, this.#buffer.length, 0);
    return uptimeIn(this.#buffer.toString('latin1', 0, length));
  }

  [Symbol.dispose](): void {
    closeSync(this.#fd);
  }
}

/** The first of two numbers of seconds (proc(5)). */
function uptimeIn(text: string): number {
  return Math.round(Number.parseFloat(text) * 1000);
}
