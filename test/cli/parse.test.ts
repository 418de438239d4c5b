import { describe, expect, test } from 'bun:test';
import { array, assert, asyncProperty, constantFrom, oneof, string } from 'fast-check';
import { UsageError } from '../../src/base/plugin-error.ts';
import { VERSION } from '../../src/base/product.ts';
import { allCommands } from '../../src/cli/all-commands.ts';
import { parseArguments } from '../../src/cli/parse.ts';
import { OPTION_NAMES } from '../../src/config/options.ts';

/** How many arguments each command takes, from the contract with gpbackup. */
const COUNTS: Readonly<Record<string, readonly number[]>> = {
  setup_plugin_for_backup: [3, 4],
  setup_plugin_for_restore: [3, 4],
  cleanup_plugin_for_backup: [3, 4],
  cleanup_plugin_for_restore: [3, 4],
  backup_file: [2],
  restore_file: [2],
  backup_data: [2],
  restore_data: [2],
  restore_data_subset: [3],
  backup_directory: [2, 3],
  backup_directory_parallel: [2, 3],
  restore_directory: [2, 3],
  restore_directory_parallel: [2, 3],
  list_directory: [1, 2],
  delete_backup: [2],
  delete_directory: [2],
  encrypt_secret: [1, 2],
  plugin_api_version: [0],
  check: [1],
  list_backups: [1],
  show_backup: [2],
  find_table: [2],
  peek_table: [3],
  external_table_sql: [3],
  verify_backup: [2],
  usage: [1],
  expire_backups: [1],
  abort_uploads: [1],
  replicate_backup: [2],
  delete_replica: [2],
  rebuild_history: [2],
  report: [1],
  metrics: [1],
  policy: [1],
  log: [1, 2],
};
const COMMANDS = await allCommands();
const names = Object.keys(COUNTS);
const rows = names.map((name) => [name] as const);

async function usageErrorOf(argv: readonly string[]): Promise<UsageError> {
  const thrown = await parseArguments(argv).catch((error: unknown) => error);
  if (!(thrown instanceof UsageError)) throw new Error(`no UsageError: ${Bun.inspect(thrown)}`);
  return thrown;
}

const words = (count: number): string[] => Array.from({ length: count }, (_, index) => `argument ${index}`);

test('the commands are those of the contract and the catalogue, and one to encrypt secrets with', () => {
  expect(Object.keys(COMMANDS).toSorted()).toEqual(names.toSorted());
});

describe.each(rows)('%s', (name) => {
  const counts = COUNTS[name] ?? [];

  test('takes as many arguments as the contract says, and passes them on as they are, by their names', async () => {
    for (const count of counts) {
      const args = words(count);
      const invocation = await parseArguments([name, ...args]);
      if (invocation.kind !== 'command') throw new Error(`not a command: ${invocation.kind}`);
      expect([invocation.name, Object.values(invocation.args)]).toEqual([name, args]);
    }
  });

  test('refuses any other number, and shows how it is used', async () => {
    for (let count = 0; count <= 6; count += 1) {
      if (counts.includes(count)) continue;
      const error = await usageErrorOf([name, ...words(count)]);
      expect(error.message).toBe(`${name} takes ${counts.join(' or ')} arguments, ${count} were given`);
      expect(error.hint).toStartWith(`usage: gpbackup_s3_plugin ${name}`);
    }
  });

  test('has a help of its own, however many arguments there are with --help', async () => {
    for (const flag of ['--help', '-h', '-help']) {
      for (const argv of [
        [name, flag],
        [name, 'CONFIG', flag, 'x', 'y', 'z', 'z'],
      ]) {
        const { kind, text } = { text: '', ...(await parseArguments(argv)) };
        expect(kind).toBe('help');
        expect(text).toStartWith(`usage: gpbackup_s3_plugin ${name}`);
        expect(text.replaceAll('\n', ' ')).toContain(COMMANDS[name]?.summary ?? 'a summary');
        expect(await parseArguments(['help', name])).toEqual({ kind: 'help', text });
      }
    }
  });

  test('refuses an option', async () => {
    const error = await usageErrorOf([name, '--helq', ...words(counts[0] ?? 0)]);
    expect(error.message).toBe('unknown option "--helq", did you mean "--help"?');
    expect((await usageErrorOf([name, '--parallel-jobs'])).message).toBe('unknown option "--parallel-jobs"');
  });

  test('has code to load', async () => {
    expect(typeof (await COMMANDS[name]?.load())).toBe('function');
  });
});

describe('an argument', () => {
  test.each(['-1', '"-1"', '-x', '-', '', ' ', 'help', 'version', '/a -- b'])('may be %p', async (arg) => {
    const argv = ['setup_plugin_for_backup', 'config', '/dir', 'master', arg];
    expect(await parseArguments(argv)).toMatchObject({ kind: 'command', args: { contentId: arg } });
  });
});

describe('the program', () => {
  test.each(['--version', '-v', '-version'])('knows its version for %s', async (flag) => {
    expect(await parseArguments([flag])).toEqual({ kind: 'version' });
  });

  test.each(['--help', '-h', '-help', 'help'])(
    'lists every command with its summary for %s',
    async (flag) => {
      const invocation = await parseArguments([flag]);
      const lines = invocation.kind === 'help' ? invocation.text.split('\n') : [];
      const joined = lines.join(' ').replace(/ +/g, ' ');
      for (const [name, { summary }] of Object.entries(COMMANDS)) {
        expect(lines.filter((line) => line.startsWith(`  ${name} `))).toHaveLength(1);
        expect(joined).toContain(` ${name} ${summary}`);
      }
      expect(Math.max(...lines.map((line) => line.length))).toBeLessThanOrEqual(80);
      expect(lines[0]).toStartWith(`gpbackup_s3_plugin ${VERSION}: `);
    },
  );

  test('requires a command', async () => {
    const error = await usageErrorOf([]);
    expect(error.message).toBe('no command given');
    expect(error.hint).toBe('gpbackup_s3_plugin --help lists all commands');
  });

  test.each([
    ['backup_dta', 'backup_data'],
    ['restore-data', 'restore_data'],
    ['BACKUP_FILE', 'backup_file'],
    ['setup_plugin_for_restor', 'setup_plugin_for_restore'],
    ['plugin_api_versions', 'plugin_api_version'],
  ])('suggests for %p what it is a misspelling of: %p', async (name, meant) => {
    expect((await usageErrorOf([name])).message).toBe(`unknown command "${name}", did you mean "${meant}"?`);
  });

  test.each([
    ['ls', 'list_directory'],
    ['listdir', 'list_directory'],
    ['LIST', 'list_backups'],
    ['rm', 'delete_directory'],
    ['delete', 'delete_backup'],
    ['api-version', 'plugin_api_version'],
    ['version', '--version'],
  ])('suggests for %p, a word of other programs, %p', async (name, meant) => {
    expect((await usageErrorOf([name, 'config'])).message).toBe(
      `unknown command "${name}", did you mean "${meant}"?`,
    );
  });

  test('a command after its arguments: the hint is the right order, to copy', async () => {
    const error = await usageErrorOf(['/a/s3.yaml', 'list_directory', 'backups']);
    expect(error.message).toBe('unknown command "/a/s3.yaml": the command comes before its arguments');
    expect(error.hint).toBe('gpbackup_s3_plugin list_directory /a/s3.yaml backups');
  });

  test('help on options: all of them, within 80 columns', async () => {
    const invocation = await parseArguments(['help', 'options']);
    const lines = invocation.kind === 'help' ? invocation.text.split('\n') : [];
    for (const name of OPTION_NAMES)
      expect(lines.filter((line) => line.startsWith(`  ${name} `))).toHaveLength(1);
    expect(Math.max(...lines.map((line) => line.length))).toBeLessThanOrEqual(80);
  });

  test('help on errors: every code with a hint, once, within 80 columns', async () => {
    const invocation = await parseArguments(['help', 'errors']);
    const text = invocation.kind === 'help' ? invocation.text : '';
    const lines = text.split('\n');
    expect(Math.max(...lines.map((line) => line.length))).toBeLessThanOrEqual(80);
    for (const code of ['AccessDenied', 'NoSuchBucket', 'ECONNREFUSED', 'CERT_HAS_EXPIRED', 'HTTP 507'])
      expect(lines.filter((line) => line.startsWith(`  ${code} `))).toHaveLength(1);
    expect(text).toMatch(/^  XAdminUserNotFound +the same as InvalidAccessKeyId$/m);
    expect(text).not.toContain('undefined');
  });

  test('help on an unknown topic suggests the one that is meant', async () => {
    expect((await usageErrorOf(['help', 'ls'])).message).toBe(
      'no help for "ls", did you mean "list_directory"?',
    );
  });

  test.each(['', 'frobnicate', 'constructor', '__proto__', 'toString'])(
    'does not know the command %p',
    async (name) => {
      expect((await usageErrorOf([name, '--help'])).message).toBe(`unknown command "${name}"`);
    },
  );

  test.each([
    ['--verson', '--version'],
    ['--hepl', '--help'],
    ['-help-', '--help'],
  ])('suggests for %p what it is a misspelling of: %p', async (flag, meant) => {
    expect((await usageErrorOf([flag])).message).toBe(`unknown option "${flag}", did you mean "${meant}"?`);
  });

  test('accepts any command line or says what is wrong with it', async () => {
    const word = oneof(constantFrom(...names, '--help', '--version', '-1', '', '--'), string());
    await assert(
      asyncProperty(array(word, { maxLength: 6 }), async (argv) => {
        try {
          expect(['command', 'help', 'version']).toContain((await parseArguments(argv)).kind);
        } catch (error) {
          expect(error).toBeInstanceOf(UsageError);
        }
      }),
    );
  });
});
