import { isatty } from 'node:tty';
import { escapeControls } from '../log/line.ts';
import { listObjects } from '../s3/operations/list-objects.ts';
import type { CommandContext } from '../session/command.ts';
import { openSession } from '../session/session.ts';
import { ByteSink, ReaderGoneError } from '../transfer/sink.ts';

const HEADER = { name: 'NAME', size: 'SIZE(bytes)' };
/** Wide enough for any size that S3 knows; names follow the first page's longest. */
const SIZE_WIDTH = 15;

/** `list_directory CONFIG [PREFIX]`: a table of keys and sizes on stdout. */
export async function listDirectory(
  [configPath = '', given]: readonly string[],
  context: CommandContext,
): Promise<void> {
  const { client, config } = await openSession(configPath, context);
  const sink = new ByteSink(1, 'standard output');
  const show = isatty(1) ? escapeControls : (name: string): string => name.replaceAll('\n', '\\n');
  let width: number | undefined;
  const row = (name: string, size: string): string =>
    `${name.padEnd(width ?? 0)} ${size.padStart(SIZE_WIDTH)}\n`;
  try {
    for await (const page of listObjects(client, given ?? `${config.folder}/`)) {
      const rows = page.map(({ key, size }) => ({ name: show(key), size: String(size) }));
      let text = '';
      if (width === undefined) {
        width = Math.max(HEADER.name.length, ...rows.map(({ name }) => name.length));
        text = row(HEADER.name, HEADER.size);
      }
      await sink.write(
        new TextEncoder().encode(text + rows.map(({ name, size }) => row(name, size)).join('')),
        context.signal,
      );
    }
  } catch (error) {
    // `list_directory … | head` has seen enough.
    if (!(error instanceof ReaderGoneError)) throw error;
  }
}
