import { formatSize } from '../base/bytes.ts';
import { formatDuration } from '../base/duration.ts';
import { OPTIONS, type OptionDefinition } from '../config/options.ts';
import { definitions } from '../output/wrap.ts';

/** Every option of the config file with what it means, made from their one definition. */
export function optionRows(): (readonly [name: string, text: string])[] {
  return Object.entries(OPTIONS).map(
    ([name, definition]: [string, OptionDefinition]) =>
      [name, `${definition.summary.replaceAll('`', '')} ${bracketed(definition)}`.trim()] as const,
  );
}

/** What `help options` prints. */
export function optionHelp(): string {
  return `Options of the config file. They are indented below "options:". executablepath,
the path of this program, is not indented.

${definitions(optionRows())}`;
}

/** `(on or off, default on)`. */
function bracketed({ kind, required, fallback, choices, minimum, maximum }: OptionDefinition): string {
  const format = kind === 'size' ? formatSize : kind === 'duration' ? formatDuration : String;
  const facts = [
    kind === 'on/off' ? 'on or off' : kind === 'true/false' ? 'true or false' : (choices ?? []).join(', '),
    [
      minimum === undefined ? '' : `from ${format(minimum)}`,
      maximum === undefined ? '' : `to ${format(maximum)}`,
    ]
      .join(' ')
      .trim(),
    required === true ? 'required' : '',
    fallback === undefined || fallback === '' ? '' : `default ${fallback}`,
  ].filter((fact) => fact !== '');
  return facts.length === 0 ? '' : `(${facts.join(', ')})`;
}
