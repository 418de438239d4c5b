import { expect, test } from 'bun:test';
import { join } from 'node:path';
import { onScreen, type Screen } from '../../lab/program/screen.ts';

const USER = join(import.meta.dir, 'progress-user.ts');

/** Shows progress on a terminal; what is an array is shown. */
async function screen(
  steps: readonly (string | readonly unknown[])[],
  options: {
    readonly columns?: number;
    readonly env?: Record<string, string>;
    readonly redirect?: string;
  } = {},
): Promise<Screen> {
  const words = steps.map((step) => (typeof step === 'string' ? step : JSON.stringify(step)));
  const { redirect = '', ...rest } = options;
  const shown = await onScreen(
    ['bash', '-c', `exec "$@" ${redirect}`, 'bash', process.execPath, USER, ...words],
    rest,
  );
  expect(shown.exitCode).toBe(0);
  return shown;
}

const BAR = '[############            ]  50%';

test('a bar, a percentage and a note', async () => {
  expect((await screen([['reading', 5, 10, '5 of 10 objects']])).lines).toEqual([
    `reading ${BAR} 5 of 10 objects`,
  ]);
});

test('without a total the note alone, and never more than all', async () => {
  expect((await screen([['listing', 5, undefined, '5 backups']])).lines).toEqual(['listing 5 backups']);
  expect((await screen([['reading', 30, 10]])).lines).toEqual(['reading [########################] 100%']);
});

test('a second look takes the place of the first, at most five times a second', async () => {
  const early = await screen([
    ['reading', 1, 10],
    ['reading', 9, 10],
  ]);
  expect(early.lines).toEqual(['reading [##                      ]  10%']);
  const later = await screen([['reading', 5, 10, 'a long note'], 'wait', ['done', 1]]);
  expect(later.lines).toEqual(['done']);
});

test('is taken away before a result, and before a message', async () => {
  const cleared = await screen([['reading', 5, 10, '日本'], 'clear', 'message']);
  expect(cleared.lines).toEqual(['a message', '']);
  expect((await screen([['reading', 5, 10], 'message'])).lines).toEqual(['a message', '']);
  expect((await screen(['clear', 'message'])).sent).toBe('a message\r\n');
});

test.each([
  ['plain', 'a'.repeat(300)],
  ['with signs that take two columns', '日'.repeat(300)],
])('is never wider than the terminal: %s', async (_title, note) => {
  for (const columns of [30, 81]) {
    const { lines } = await screen([['reading', 1, undefined, note]], { columns });
    expect(lines).toHaveLength(1);
    const width = Bun.stringWidth(lines[0] ?? '');
    expect(width).toBeLessThan(columns);
    expect(width).toBeGreaterThan(columns - 4);
  }
});

test('finds the terminal on the descriptor that the launcher gives it', async () => {
  const { lines } = await screen([['reading', 1, undefined, 'a'.repeat(300)]], {
    columns: 30,
    env: { GPBACKUP_S3_PLUGIN_MESSAGES: '3' },
    redirect: '3>&2 2>/dev/null >/dev/null </dev/null',
  });
  expect(lines[0]).toHaveLength(29);
});

test('shows no control character of a hostile name', async () => {
  const { lines } = await screen([['reading', 1, 2, 'a\u001b[2J\n\u202eb']]);
  expect(lines).toEqual([`reading ${BAR} a\\x1b[2J\\n\\x202eb`]);
});

test('is not shown where stderr is not a terminal, nor on one that is dumb', async () => {
  const steps = [['reading', 5, 10], 'wait', ['reading', 6, 10], 'clear'] as const;
  expect((await screen(steps, { redirect: '2>/dev/null' })).sent).toBe('');
  expect((await screen(steps, { env: { TERM: 'dumb' } })).sent).toBe('');
  // A pipe of the result does not matter.
  expect((await screen([['reading', 5, 10]], { redirect: '>/dev/null' })).lines).toEqual([`reading ${BAR}`]);
});
