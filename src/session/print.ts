import { isatty } from 'node:tty';
import { render } from '../output/render.ts';
import type { CommandResult } from '../output/result.ts';
import { ByteSink, ReaderGoneError } from '../transfer/sink.ts';

/**
 * Writes a command's result to standard output, however slow its reader is; one that has seen enough
 * (`list_directory … | head`) is not an error.
 * @param remark is given what does not belong into the result
 */
export async function print(
  result: CommandResult,
  signal: AbortSignal,
  remark: (text: string) => void,
): Promise<void> {
  const sink = new ByteSink(1, 'standard output');
  try {
    for await (const shown of render(result, isatty(1))) {
      if ('out' in shown) await sink.write(new TextEncoder().encode(shown.out), signal);
      else remark(shown.remark);
    }
  } catch (error) {
    if (!(error instanceof ReaderGoneError)) throw error;
  }
}
