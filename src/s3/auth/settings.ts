import { NotSet, type Source } from './source.ts';

/** The keys that are set. */
export const givenKeys: Source = async ({ settings: { keys } }) =>
  keys === undefined
    ? new NotSet('no keys are set')
    : { credentials: keys, expires: Number.POSITIVE_INFINITY };

/** The keys that the command prints that is set. */
export const commandKeys: Source = async (parts, signal) => {
  const { command } = parts.settings;
  if (command === undefined) return new NotSet('no command is set');
  const { processKeys } = await import('./process.ts');
  return await processKeys(parts, signal, '', command.reveal());
};
