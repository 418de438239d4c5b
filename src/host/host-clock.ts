import { closeSync, openSync, readFileSync, readSync } from 'node:fs';

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
    this.#fd = openSync('/proc/uptime', 'r');
  }

  now(): number {
    const length = readSync(this.#fd, this.#buffer, 0, this.#buffer.length, 0);
    return Math.round(Number.parseFloat(this.#buffer.toString('latin1', 0, length)) * 1000);
  }

  [Symbol.dispose](): void {
    closeSync(this.#fd);
  }
}
