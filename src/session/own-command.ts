import { resolve } from 'node:path';

/** How the program is started on another host with the same config file. */
export interface OwnCommand {
  /** The launcher, which is installed at the same place on all hosts. */
  readonly program: string;
  readonly config: string;
}

/** The launcher lies next to the program, which the system names even where a link was followed. */
export function ownCommand(configPath: string): OwnCommand {
  return { program: process.execPath.replace(/\.bin$/, ''), config: resolve(configPath) };
}
