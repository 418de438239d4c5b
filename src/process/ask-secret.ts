import { writeSync } from 'node:fs';
import { PluginError } from '../base/plugin-error.ts';
import { untilAborted } from '../base/until-aborted.ts';
import { messagesFd } from './messages.ts';
import { SignalError } from './signals.ts';

/** Bytes that are read at most. */
const LONGEST = 64 * 1024;

const KEY = {
  interrupt: 0x03,
  end: 0x04,
  backspace: 0x08,
  lineFeed: 0x0a,
  enter: 0x0d,
  clear: 0x15,
  delete: 0x7f,
};

/**
 * Reads a secret: from a terminal without showing it, twice; from anything else its only line.
 * @param what it is called: `the secret key`
 * @throws {PluginError} when there is none, or two that differ; the signal's reason
 */
export async function askSecret(what: string, signal: AbortSignal): Promise<string> {
  const { isatty } = process.getBuiltinModule('node:tty');
  const secret = isatty(0) ? await askTwice(what, signal) : await readLine(signal);
  if (secret.trim() === '') throw new PluginError('no secret was entered: nothing is changed');
  return secret;
}

async function askTwice(what: string, signal: AbortSignal): Promise<string> {
  using terminal = new SilentTerminal();
  const first = await terminal.ask(`Enter ${what}: `, signal);
  const second = await terminal.ask('The same again: ', signal);
  if (first !== second) throw new PluginError('the two entries differ: nothing is changed');
  return first;
}

/** Standard input, as a terminal that shows nothing of what is typed; at the end it is as it was. */
class SilentTerminal implements Disposable {
  #typed: number[] = [];
  #wake: () => void = () => {};
  #isOver = false;

  constructor() {
    const { stdin } = process;
    stdin.setRawMode(true);
    stdin.on('data', (chunk: Uint8Array) => {
      this.#typed.push(...chunk);
      this.#wake();
    });
    stdin.on('end', () => {
      this.#isOver = true;
      this.#wake();
    });
  }

  async ask(prompt: string, signal: AbortSignal): Promise<string> {
    show(prompt);
    try {
      return await untilAborted(this.#line(), signal);
    } finally {
      show('\n');
    }
  }

  async #line(): Promise<string> {
    const line: number[] = [];
    for (;;) {
      const byte = this.#typed.shift();
      if (byte === undefined) {
        if (this.#isOver) throw new PluginError('the terminal is gone: nothing is changed');
        await new Promise<void>((resolve) => {
          this.#wake = resolve;
        });
      } else if (byte === KEY.interrupt) {
        throw new SignalError('SIGINT');
      } else if (byte === KEY.enter || byte === KEY.lineFeed || (byte === KEY.end && line.length === 0)) {
        return textOf(Uint8Array.from(line));
      } else if (byte === KEY.backspace || byte === KEY.delete) {
        // All bytes of a character.
        while (((line.pop() ?? 0) & 0xc0) === 0x80);
      } else if (byte === KEY.clear) {
        line.length = 0;
      } else if (line.length < LONGEST) {
        line.push(byte);
      }
    }
  }

  [Symbol.dispose](): void {
    process.stdin.setRawMode(false);
    process.stdin.pause();
  }
}

async function readLine(signal: AbortSignal): Promise<string> {
  const chunks: Uint8Array[] = [];
  let length = 0;
  const reader = Bun.stdin.stream().getReader();
  while (length <= LONGEST) {
    const { done, value } = await untilAborted(reader.read(), signal);
    if (done) break;
    chunks.push(value);
    length += value.length;
  }
  if (length > LONGEST) throw new PluginError('standard input is longer than 64 KB: nothing is changed');
  const text = textOf(Buffer.concat(chunks)).replace(/\r?\n$/, '');
  if (/[\r\n]/.test(text)) {
    throw new PluginError('standard input has more than one line: nothing is changed', {
      hint: 'give the secret alone, as one line',
    });
  }
  return text;
}

function textOf(bytes: Uint8Array): string {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch {
    throw new PluginError('the secret is not text in UTF-8: nothing is changed');
  }
}

function show(text: string): void {
  try {
    writeSync(messagesFd(), text);
  } catch {
    // Nobody sees it; what is typed is read all the same.
  }
}
