import { mutationsOf } from './mutation.ts';

/** The log, and the words that all rooms use. */
export const LOG = [
  ...mutationsOf(
    'src/log/log.ts',
    ['test/log/log.test.ts'],
    [
      {
        name: 'requests are logged at info',
        find: "debug(message: () => string): void {\n    if (admits(this.verbosity, 'debug'))",
        replace: 'debug(message: () => string): void {\n    if (message !== undefined)',
      },
      {
        name: 'warnings are not logged at info',
        find: "warning(message: string): void {\n    if (admits(this.verbosity, 'info'))",
        replace: "warning(message: string): void {\n    if (admits(this.verbosity, 'verbose'))",
      },
    ],
  ),
  ...mutationsOf(
    'src/log/level.ts',
    ['test/log/log.test.ts', 'test/program/log.test.ts'],
    [
      {
        name: 'a quiet log tells everything',
        find: 'RANK[needed] <= RANK[verbosity]',
        replace: 'RANK[needed] >= RANK[verbosity]',
      },
    ],
  ),
  ...mutationsOf(
    'src/log/line.ts',
    ['test/log/line.test.ts', 'test/program/wiring-secrets.test.ts'],
    [
      {
        name: 'a hostile key forges a line of the log',
        find: '${escapeControls(message)}\\n',
        replace: '${message}\\n',
      },
      { name: 'the pid has fewer than six digits', find: ".padStart(6, '0')", replace: '' },
      {
        name: 'only line breaks are escaped',
        find: 'replaceControls(text, (character) => {',
        replace: 'text.replace(/\\n/gu, (character) => {',
      },
    ],
  ),
  ...mutationsOf(
    'src/log/log-file.ts',
    ['test/log/log-file.test.ts', 'test/program/log.test.ts'],
    [
      {
        name: 'lines of other processes are overwritten',
        find: ".log`, 'a', 0o644)",
        replace: ".log`, 'w', 0o644)",
      },
      {
        name: 'a log that can’t be written fails a backup',
        find: '      broken = true;\n',
        replace: '      if (file === undefined) throw new Error("no log");\n      broken = true;\n',
      },
    ],
  ),
  ...mutationsOf(
    'src/log/time-zone.ts',
    ['test/log/time-zone.test.ts', 'test/log/time-zone-wiring.test.ts'],
    [
      {
        name: 'the log is in UTC',
        find: "localOffset(at, process.env['TZ']) ?? -at.getTimezoneOffset() * 60",
        replace: '0',
      },
      {
        name: 'summer time begins at the wrong moment',
        find: '> seconds) break;',
        replace: '>= seconds - 3600) break;',
      },
    ],
  ),
  ...mutationsOf(
    'src/base/secret.ts',
    ['test/base/secret.test.ts'],
    [
      {
        name: 'a secret is shown in a text',
        find: `  toString(): string {
    return REDACTED;`,
        replace: `  toString(): string {
    return this.#value;`,
      },
      {
        name: 'a secret is shown in JSON',
        find: `  toJSON(): string {
    return REDACTED;`,
        replace: `  toJSON(): string {
    return this.#value;`,
      },
    ],
  ),
  ...mutationsOf(
    'src/base/bytes.ts',
    ['test/base/bytes.test.ts'],
    [
      {
        name: '500MB are 500,000,000 bytes',
        find: 'export const MiB = 1024 * KiB;',
        replace: 'export const MiB = 1000 * 1000;',
      },
      { name: 'sizes in small letters are refused', find: 'BYTES?)\\s*$/i', replace: 'BYTES?)\\s*$/' },
    ],
  ),
  ...mutationsOf(
    'src/base/duration.ts',
    ['test/base/duration.test.ts'],
    [
      { name: 'a time without a unit is in milliseconds', find: "  '': 1000,", replace: "  '': 1," },
      { name: '10m are ten milliseconds', find: '  m: 60_000,', replace: '  m: 1,' },
    ],
  ),
  ...mutationsOf(
    'src/base/pause.ts',
    ['test/base/pause.test.ts'],
    [{ name: 'a pause is not ended by a signal', find: 'reject(signal.reason);', replace: '' }],
  ),
  ...mutationsOf(
    'src/base/printable.ts',
    ['test/base/printable.test.ts'],
    [
      {
        name: 'a value in a message carries control characters',
        find: "replaceControls(text, () => '?')",
        replace: 'text',
      },
    ],
  ),
];
