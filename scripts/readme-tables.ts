import { formatSize, MiB, parseSize } from '../src/base/bytes.ts';
import { formatDuration } from '../src/base/duration.ts';
import { COMMANDS } from '../src/cli/command-table.ts';
import { usageLine } from '../src/cli/help.ts';
import { OPTIONS, type OptionDefinition } from '../src/config/options.ts';
import { buffersInBudget, transferBudget } from '../src/transfer/memory.ts';
import { growingSchedule, LARGEST_OBJECT, MOST_PARTS } from '../src/transfer/part-schedule.ts';

/** The tables of README.md that are made from the program's own definitions, by the name in their markers. */
export const README_TABLES: Readonly<Record<string, () => string>> = {
  commands: commandTable,
  options: optionTable,
  parts: partTable,
  chunks: chunkTable,
};

/**
 * The text with the content between each table's markers replaced.
 * @throws when a table's markers are not there.
 */
export function withTables(text: string): string {
  let result = text;
  for (const [name, make] of Object.entries(README_TABLES)) {
    const [begin, end] = [`<!-- table ${name}: written by npm run docs -->`, `<!-- end of table ${name} -->`];
    const [from, to] = [result.indexOf(begin), result.indexOf(end)];
    if (from === -1 || to < from) throw new Error(`the markers of the table "${name}" are missing`);
    result = `${result.slice(0, from + begin.length)}\n\n${make()}\n\n${result.slice(to)}`;
  }
  return result;
}

function row(cells: readonly string[]): string {
  return `| ${cells.map((cell) => cell.replaceAll('|', '\\|')).join(' | ')} |`;
}

function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
  return [row(head), row(head.map(() => '---')), ...rows.map(row)].join('\n');
}

function commandTable(): string {
  return table(
    ['Command', 'What it does'],
    Object.entries(COMMANDS).map(([name, { usage, summary }]) => {
      const [, ...words] = usageLine(name, usage).split(' ');
      return [`\`${words.join(' ')}\``, summary];
    }),
  );
}

const ORIGINS: Readonly<Record<OptionDefinition['origin'], string>> = {
  family: 'Go plugin',
  fork: 'a fork',
  gpbackup: 'gpbackup',
  new: 'new',
};

function optionTable(): string {
  return table(
    ['Option', 'Value', 'Default', 'Known from', 'Meaning'],
    Object.entries(OPTIONS).map(([name, definition]: [string, OptionDefinition]) => [
      `\`${name}\``,
      allowed(definition),
      definition.fallback === undefined
        ? definition.required === true
          ? 'required'
          : ''
        : `\`${definition.fallback}\``,
      ORIGINS[definition.origin],
      definition.summary,
    ]),
  );
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
  };
  return bounds.length === 0 ? words[kind] : `${words[kind]} ${bounds.join(' ')}`;
}

const MAX_MEMORY = parseSize(OPTIONS.max_memory.fallback) ?? 0;
const CONCURRENCY = Number(OPTIONS.backup_max_concurrent_requests.fallback);
/** The program itself, measured; parts are sent from the buffers they are read into. */
const PROGRAM_MEMORY = 64 * MiB;

/** What a process with the default `max_memory` uses for parts of one size. */
function footprint(partSize: number): { readonly inFlight: number; readonly memory: number } {
  const inFlight = buffersInBudget(CONCURRENCY, partSize, transferBudget(MAX_MEMORY));
  return { inFlight, memory: PROGRAM_MEMORY + inFlight * partSize };
}

function partTable(): string {
  const schedule = growingSchedule(MOST_PARTS);
  const rows: string[][] = [];
  let from = 1;
  let holds = 0;
  let kept = 0;
  for (let part = 1; part <= MOST_PARTS; part += 1) {
    const size = schedule.sizeOf(part);
    holds += size;
    if (part < MOST_PARTS && schedule.sizeOf(part + 1) === size) continue;
    const { inFlight, memory } = footprint(size);
    if (memory <= MAX_MEMORY) kept = holds;
    rows.push([
      `${from} to ${part}`,
      formatSize(size),
      formatSize(holds),
      String(inFlight),
      formatSize(memory),
    ]);
    from = part + 1;
  }
  const head = ['Parts', 'Size of each', 'Stream up to', 'At once', 'Memory of the process, about'];
  const bound = `So a process keeps within ${formatSize(MAX_MEMORY)} for streams of up to ${formatSize(kept)}.`;
  return `${table(head, rows)}\n\n${bound} Larger ones need more: S3 takes 10,000 parts at most.`;
}

function chunkTable(): string {
  return table(
    ['`backup_multipart_chunksize`', 'Stream up to', 'At once', 'Memory of the process, about'],
    [8, 16, 32, 64, 128, 500, 1024].map((mebibytes) => {
      const { inFlight, memory } = footprint(mebibytes * MiB);
      return [
        formatSize(mebibytes * MiB),
        formatSize(Math.min(mebibytes * MiB * MOST_PARTS, LARGEST_OBJECT)),
        String(inFlight),
        formatSize(memory),
      ];
    }),
  );
}
