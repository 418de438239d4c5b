import { until } from './until.ts';

/** What a terminal was sent, and what it shows at the end. */
export interface Screen {
  readonly exitCode: number;
  /** Every byte. */
  readonly sent: string;
  /** The lines, without spaces at their ends. */
  readonly lines: readonly string[];
}

/**
 * Runs a command on a terminal of its own, which is its input, output and stderr unless `command` says otherwise (with
 * `bash -c '… >file'`).
 */
export async function onScreen(
  command: readonly string[],
  options: {
    readonly env?: Readonly<Record<string, string>>;
    readonly cwd?: string;
    readonly columns?: number;
  } = {},
): Promise<Screen> {
  const { columns = 80, env = {}, cwd } = options;
  // The last thing that is written: what came before it has arrived when it is there.
  const end = '\u0004end of output\u0004';
  let sent = '';
  const terminal = new Bun.Terminal({
    cols: columns,
    rows: 24,
    data: (_, bytes) => {
      sent += Buffer.from(bytes).toString('latin1');
    },
  });
  try {
    const child = Bun.spawn(
      ['bash', '-c', `"$@"; code=$?; printf '%s' "$END"; exit $code`, 'bash', ...command],
      {
        env: { PATH: '/usr/bin:/bin', TERM: 'xterm', ...env, END: end },
        terminal,
        ...(cwd === undefined ? {} : { cwd }),
      },
    );
    const exitCode = await child.exited;
    await until(() => sent.endsWith(end));
    const text = Buffer.from(sent.slice(0, -end.length), 'latin1').toString();
    return { exitCode, sent: text, lines: shownLines(text) };
  } finally {
    terminal.close();
  }
}

/** What is visible of a text with carriage returns. Colours are taken out. */
function shownLines(text: string): string[] {
  // oxlint-disable-next-line no-control-regex -- it looks for them
  const plain = text.replaceAll(/\u001b\[[\d;]*m/g, '');
  return plain.split('\n').map((line) => {
    const cells: string[] = [];
    let at = 0;
    for (const sign of line) {
      if (sign === '\r') at = 0;
      else {
        cells[at] = sign;
        at += 1;
      }
    }
    return cells.join('').trimEnd();
  });
}
