import { writeSync } from 'node:fs';
import { isatty, WriteStream } from 'node:tty';
import { escapeControls } from '../log/line.ts';
import { fit } from '../output/fit.ts';
import { COLUMNS } from '../output/wrap.ts';
import { messagesFd, onNextMessage } from '../process/messages.ts';

/** Milliseconds between two looks of the line. */
const EVERY = 200;
const BAR = 24;

/**
 * How far long work is: a line on stderr that changes, on a terminal only, and not on one that can't go back to the
 * start of a line. Whatever else is written takes it away first.
 */
export class Progress {
  readonly #fd = messagesFd();
  readonly #isShown = isatty(this.#fd) && process.env['TERM'] !== 'dumb';
  #terminal: WriteStream | undefined;
  #last = 0;
  #width = 0;

  /** `label [####    ]  42% note`; without a total the note alone. Never wider than the terminal. */
  show(label: string, done: number, total?: number, note = ''): void {
    const now = performance.now();
    if (!this.#isShown || (this.#width > 0 && now - this.#last < EVERY)) return;
    this.#last = now;
    const share = total === undefined || total <= 0 ? undefined : Math.max(0, Math.min(1, done / total));
    const bar =
      share === undefined
        ? ''
        : `[${'#'.repeat(Math.round(share * BAR)).padEnd(BAR)}] ${String(Math.floor(share * 100)).padStart(3)}% `;
    const text = fit(escapeControls(`${label} ${bar}${note}`.trimEnd()), this.#columns() - 1);
    const width = Bun.stringWidth(text);
    this.#write(`\r${text}${' '.repeat(Math.max(0, this.#width - width))}`);
    this.#width = width;
    onNextMessage(() => {
      this.clear();
    });
  }

  /** Before anything else is written. */
  clear(): void {
    if (this.#width > 0) this.#write(`\r${' '.repeat(this.#width)}\r`);
    this.#width = 0;
    onNextMessage(undefined);
  }

  /** Looked up each time: a window may have become narrower. */
  #columns(): number {
    this.#terminal ??= new WriteStream(this.#fd);
    const [columns] = this.#terminal.getWindowSize();
    return columns > 1 ? columns : COLUMNS;
  }

  #write(text: string): void {
    try {
      writeSync(this.#fd, text);
    } catch {
      // The terminal is gone or full: the work goes on.
    }
  }
}
