import { PROGRAM, VERSION } from '../base/product.ts';
import type { CommandEntry } from './command-entry.ts';

/** What `--help` prints. */
export function programHelp(commands: Readonly<Record<string, CommandEntry>>): string {
  const width = Math.max(...Object.keys(commands).map((name) => name.length));
  const lines = Object.entries(commands).map(([name, { summary }]) => `  ${name.padEnd(width)}  ${summary}`);
  return `${PROGRAM} ${VERSION}: keeps backups of gpbackup in Amazon S3 or any server that speaks S3.

usage: ${PROGRAM} COMMAND [ARGUMENT ...]
       ${PROGRAM} COMMAND --help
       ${PROGRAM} --version | --help

${lines.join('\n')}

CONFIG is the YAML file that gpbackup and gprestore are given by --plugin-config.
`;
}

/** What `COMMAND --help` prints. */
export function commandHelp(name: string, { usage, summary, details }: CommandEntry): string {
  return `usage: ${usageLine(name, usage)}\n\n${summary}\n${details === '' ? '' : `${details}\n`}`;
}

export function usageLine(name: string, usage: string): string {
  return `${PROGRAM} ${name} ${usage}`.trimEnd();
}
