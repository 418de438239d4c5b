import { readFileSync } from 'node:fs';
import { constants } from 'node:os';
import { PluginError } from '../base/plugin-error.ts';

const ENDING = ['SIGTERM', 'SIGINT', 'SIGHUP'] as const;

/** A signal asked the process to end. */
export class SignalError extends PluginError {
  /** 128 and the signal's number, as shells report it. */
  readonly exitCode: number;
  declare hint: string | undefined;

  constructor(name: (typeof ENDING)[number]) {
    super(`ended by ${name}`);
    this.exitCode = 128 + constants.signals[name];
  }

  /** Adds what the process was waiting for: otherwise nobody learns why it took so long. */
  whileWaiting(reason: string, hint: string | undefined): void {
    this.message += ` while waiting: ${reason}`;
    this.hint = hint;
  }
}

/**
 * Calls `end` at each SIGTERM, SIGINT or SIGHUP. A signal that is ignored when the process starts stays
 * ignored: gpbackup_helper starts the plugin under nohup, from a session that ends.
 */
export function onEndingSignal(end: (error: SignalError) => void): void {
  const ignored = ignoredSignals();
  for (const name of ENDING) {
    if (ignored & (1n << BigInt(constants.signals[name] - 1))) continue;
    // Stays in force: a second signal must not kill the process while it cleans up after the first.
    process.on(name, () => end(new SignalError(name)));
  }
}

/** The mask of ignored signals (proc(5), SigIgn: bit n - 1 is signal n); none where there is no /proc. */
function ignoredSignals(): bigint {
  try {
    const mask = /^SigIgn:\s*([0-9a-f]+)$/m.exec(readFileSync('/proc/self/status', 'utf8'))?.[1];
    return mask === undefined ? 0n : BigInt(`0x${mask}`);
  } catch {
    // Without /proc the usual disposition is assumed.
    return 0n;
  }
}
