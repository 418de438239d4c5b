import type { CommandEntry } from './command-entry.ts';
import { COMMANDS } from './command-table.ts';

/** The entry of a command; the catalogue's are loaded only when the name is none of the others. */
export async function entryOf(name: string): Promise<CommandEntry | undefined> {
  if (Object.hasOwn(COMMANDS, name)) return COMMANDS[name];
  const { CATALOGUE_COMMANDS } = await import('./catalogue-commands.ts');
  return Object.hasOwn(CATALOGUE_COMMANDS, name) ? CATALOGUE_COMMANDS[name] : undefined;
}

/** Every command, by its name. */
export async function allCommands(): Promise<Readonly<Record<string, CommandEntry>>> {
  const { CATALOGUE_COMMANDS } = await import('./catalogue-commands.ts');
  return { ...CATALOGUE_COMMANDS, ...COMMANDS };
}
