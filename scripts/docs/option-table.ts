import { formatSize } from '../../src/base/bytes.ts';
import { formatDuration } from '../../src/base/duration.ts';
import { OPTIONS, type OptionDefinition } from '../../src/config/options.ts';
import { table, wrapped } from './markdown.ts';

const ORIGINS: Readonly<Record<OptionDefinition['origin'], string>> = {
  family: 'Go plugin',
  fork: 'a fork',
  gpbackup: 'gpbackup',
  new: 'new',
};

/** Every option of the config file. */
export function optionTable(): string {
  return table(
    ['Option', 'Value', 'Default', 'Meaning', 'Known from'],
    Object.entries(OPTIONS).map(([name, definition]: [string, OptionDefinition]) => [
      `\`${name}\``,
      allowed(definition),
      byDefault(definition),
      definition.summary,
      ORIGINS[definition.origin],
    ]),
  );
}

/** The names of the options that the Go plugin and its forks do not know, as a sentence. */
export function newOptions(): string {
  const names = Object.entries(OPTIONS)
    .filter(([, { origin }]) => origin === 'new')
    .map(([name]) => `\`${name}\``);
  return wrapped(`${names.join(', ')}.`);
}

function byDefault({ fallback, required }: OptionDefinition): string {
  if (fallback !== undefined) return `\`${fallback}\``;
  return required === true ? 'required' : '';
}

function allowed({ kind, choices, minimum, maximum }: OptionDefinition): string {
  const format = kind === 'size' ? formatSize : kind === 'duration' ? formatDuration : String;
  const bounds = [
    minimum === undefined ? '' : `from ${format(minimum)}`,
    maximum === undefined ? '' : `to ${format(maximum)}`,
  ].filter((bound) => bound !== '');
  const words: Readonly<Record<OptionDefinition['kind'], string>> = {
    text: 'text',
    secret: 'secret',
    'on/off': '`on` or `off`',
    'true/false': '`true` or `false`',
    size: 'size',
    count: 'number',
    choice: (choices ?? []).map((choice) => `\`${choice}\``).join(', '),
    duration: 'time',
    url: 'address',
    command: 'command',
    map: 'names with values',
    'secret map': 'names with values',
    rate: 'rate',
  };
  return bounds.length === 0 ? words[kind] : `${words[kind]} ${bounds.join(' ')}`;
}
