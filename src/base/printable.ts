import { replaceControls } from './control-characters.ts';

/** A value as a message may show it: short and without control characters. */
export function printable(text: string): string {
  const shown = replaceControls(text, () => '?');
  return shown.length > 80 ? `${shown.slice(0, 77)}...` : shown;
}
