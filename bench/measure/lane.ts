/** A program with its arguments and what it needs in its environment in addition to PATH and HOME. */
export interface Command {
  readonly argv: readonly string[];
  readonly env?: Readonly<Record<string, string>>;
}

/** One measured process with what feeds it and what takes its output: `producer | client | consumer`. */
export interface Lane {
  readonly client: Command;
  /** Its standard input: a process, or a file. Without: empty. */
  readonly producer?: Command;
  readonly input?: string;
  /** Takes its standard output; without, that is thrown away. */
  readonly consumer?: Command;
}

/** Text as one word of a shell. */
export function quote(text: string): string {
  return `'${text.replaceAll("'", "'\\''")}'`;
}

/** A command as a shell runs it in place of itself. */
export function execLine({ argv, env = {} }: Command): string {
  const exports = Object.entries(env).map(([name, value]) => `export ${name}=${quote(value)}; `);
  return `${exports.join('')}exec ${argv.map(quote).join(' ')}`;
}

/**
 * The script that starts lanes and ends at once; it runs in a folder of its own. Each client says `ready` and
 * waits for a line from `gate`, so that starting the shells is not measured and many clients begin together.
 * `pids` gets a line `LANE ROLE PID` for every process.
 */
export function scriptOf(lanes: readonly Lane[]): string {
  const lines = ['exec 3>pids'];
  for (const [index, { client, producer, input, consumer }] of lanes.entries()) {
    const note = (role: string): string => `echo "${index} ${role} $!" >&3`;
    const from = producer === undefined ? quote(input ?? '/dev/null') : `in.${index}`;
    const to = consumer === undefined ? '/dev/null' : `out.${index}`;
    if (consumer !== undefined) {
      lines.push(`mkfifo out.${index}`);
      lines.push(`(${execLine(consumer)}) <out.${index} >/dev/null 2>consumer.${index} &`, note('consumer'));
    }
    if (producer !== undefined) lines.push(`mkfifo in.${index}`);
    lines.push(
      `(echo ready >ready; read go <gate; exec <${from} >${to} 2>errors.${index} 3>&-; ${execLine(client)}) &`,
      note('client'),
    );
    if (producer !== undefined) {
      lines.push(`(${execLine(producer)}) >in.${index} 2>/dev/null 3>&- &`, note('producer'));
    }
  }
  return `${lines.join('\n')}\n`;
}
