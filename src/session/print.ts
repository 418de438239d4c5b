import { isatty } from 'node:tty';
import { jsonOf } from '../output/json.ts';
import { render } from '../output/render.ts';
import type { CommandResult, Paper } from '../output/result.ts';
import { COLUMNS } from '../output/wrap.ts';
import { clearForMessage } from '../process/messages.ts';
import { ByteSink, ReaderGoneError } from '../transfer/sink.ts';

/** How a result is printed. */
export interface Printing {
  readonly signal: AbortSignal;
  /** Is given what does not belong into the result. */
  readonly remark: (text: string) => void;
  /** The command's name, if its result is printed as JSON. */
  readonly json: string | undefined;
}

/**
 * Writes a command's result to standard output, however slow its reader is; one that has seen enough
 * (`list_directory … | head`) is not an error.
 */
export async function print(result: CommandResult, { signal, remark, json }: Printing): Promise<void> {
  const sink = new ByteSink(1, 'standard output');
  const encoder = new TextEncoder();
  const write = async (text: string): Promise<void> => {
    clearForMessage();
    await sink.write(encoder.encode(text), signal);
  };
  try {
    if (json !== undefined) {
      for await (const text of jsonOf(json, result)) await write(text);
      return;
    }
    for await (const shown of render(result, paper())) {
      if ('out' in shown) await write(shown.out);
      else remark(shown.remark);
    }
  } catch (error) {
    if (!(error instanceof ReaderGoneError)) throw error;
  }
}

/** Colours on a terminal only, and not where NO_COLOR is set (no-color.org) or the terminal has none. */
function paper(): Paper {
  const terminal = isatty(1);
  const { NO_COLOR, TERM } = process.env;
  const colours = terminal && (NO_COLOR ?? '') === '' && TERM !== 'dumb';
  return { terminal, colours, columns: terminal ? process.stdout.columns || COLUMNS : COLUMNS };
}
