import { PROGRAM } from '../base/product.ts';
import { escapeControls } from '../log/line.ts';
import type { Log } from '../log/log.ts';
import { showOnTerminal } from '../process/messages.ts';
import { SignalError } from '../process/signals.ts';
import type { Pace } from '../s3/pace.ts';
import { StillTrying } from '../s3/still-trying.ts';

/** Lets a person at a terminal, the log, and the message of an ending signal know what requests wait for. */
export function watched(log: Log, signal: AbortSignal, pace: Pace | undefined): StillTrying {
  const held = (): number => pace?.held ?? 0;
  const stillTrying = new StillTrying(log, showLine, undefined, undefined, held);
  const explain = (): void => {
    const trouble = stillTrying.troubleAt(performance.now());
    if (trouble === undefined || !(signal.reason instanceof SignalError)) return;
    const { host, error } = trouble;
    signal.reason.whileWaiting(error?.message ?? `no answer from ${host}`, error?.hint);
  };
  signal.addEventListener('abort', explain, { once: true });
  return stillTrying;
}

function showLine(line: string): void {
  void showOnTerminal(`${PROGRAM}: ${escapeControls(line)}`);
}
