import { writeSync } from 'node:fs';
import { isatty } from 'node:tty';
import { escapeControls } from '../log/line.ts';
import { COLUMNS } from '../output/wrap.ts';
import { messagesFd } from '../process/messages.ts';

/** Milliseconds between two looks of the line. */
const EVERY = 200;
const BAR = 24;

/** How far long work is: a line on stderr that changes, on a terminal only. */
export class Progress {
  readonly #fd = messagesFd();
  readonly #isShown = isatty(this.#fd);
  #last = 0;
  #width = 0;

  /** `label [####    ]  42% note`; without a total the note alone. */
  show(label: string, done: number, total?: number, note = ''): void {
    const now = performance.now();
    if (!this.#isShown || (this.#width > 0 && now - this.#last < EVERY)) return;
    this.#last = now;
    const share = total === undefined || total === 0 ? undefined : Math.min(1, done / total);
    const bar =
      share === undefined
        ? ''
        : `[${'#'.repeat(Math.round(share * BAR)).padEnd(BAR)}] ${String(Math.floor(share * 100)).padStart(3)}% `;
    const columns = process.stderr.columns || COLUMNS;
    const text = escapeControls(`${label} ${bar}${note}`.trimEnd()).slice(0, columns - 1);
    this.#write(`\r${text.padEnd(this.#width)}`);
    this.#width = text.length;
  }

  /** Before anything else is written. */
  clear(): void {
    if (this.#width > 0) this.#write(`\r${' '.repeat(this.#width)}\r`);
    this.#width = 0;
  }

  #write(text: string): void {
    try {
      writeSync(this.#fd, text);
    } catch {
      // The terminal is gone or full: the work goes on.
    }
  }
}
