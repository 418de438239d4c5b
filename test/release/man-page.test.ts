import { describe, expect, test } from 'bun:test';
import { assert, property, string } from 'fast-check';
import { manPage, roff } from '../../scripts/release/man-page.ts';
import { allCommands } from '../../src/cli/all-commands.ts';
import { command } from '../../src/cli/command-entry.ts';
import { OPTION_NAMES } from '../../src/config/options.ts';
import { optionRows } from '../../src/session/option-help.ts';

const COMMANDS = await allCommands();
const PAGE = manPage(COMMANDS, optionRows(), '2026-01-02');
const GROFF = Bun.which('groff');

/** The page as a terminal shows it, in ASCII and without bold letters, and what groff warned of. */
function shown(page: string): { readonly text: string; readonly warnings: string } {
  const { stdout, stderr } = Bun.spawnSync(
    [GROFF ?? 'groff', '-man', '-Tutf8', '-P-cbou', '-ww', '-rLL=200n'],
    { stdin: Buffer.from(page), env: { PATH: '/usr/bin:/bin', LC_ALL: 'C.UTF-8' } },
  );
  return { text: stdout.toString(), warnings: stderr.toString() };
}

describe('the manual page', () => {
  test('has its sections in the usual order', () => {
    expect([...PAGE.matchAll(/^\.SH (.*)$/gm)].map(([, title]) => title)).toEqual([
      'NAME',
      'SYNOPSIS',
      'DESCRIPTION',
      'COMMANDS',
      'CONFIG FILE',
      'EXIT STATUS',
      'ENVIRONMENT',
      'FILES',
      'EXAMPLES',
      'SEE ALSO',
    ]);
    expect(PAGE).toMatch(/^\.TH GPBACKUP_S3_PLUGIN 1 2026-01-02 "gpbackup_s3_plugin \d+\.\d+\.\d+"$/m);
  });

  test('names every command, every flag of it, and every option', () => {
    const missing = [
      ...Object.keys(COMMANDS),
      ...Object.values(COMMANDS).flatMap(({ options }) =>
        Object.keys(options).map((flag) => roff(`--${flag}`)),
      ),
      ...OPTION_NAMES.map(roff),
    ].filter((name) => !PAGE.includes(`\\fB${name}`));
    expect(missing).toEqual([]);
  });

  test('begins no line with a sign of roff but with its own requests', () => {
    const requests = [...PAGE.matchAll(/^[.'](\S+)/gm)].map(([, name = '']) => name);
    expect([...new Set(requests)].toSorted()).toEqual(
      ['\\"', 'TH', 'SH', 'SS', 'TP', 'PP', 'RS', 'RE', 'br', 'nf', 'fi'].toSorted(),
    );
    // oxlint-disable-next-line no-control-regex -- it looks for anything that is not ASCII
    expect(PAGE).not.toMatch(/[^\n -~]/);
  });

  test.skipIf(GROFF === null)('is shown by groff without a warning', () => {
    const { text, warnings } = shown(PAGE);
    expect(warnings).toBe('');
    expect(text).toContain('verify_backup CONFIG TIMESTAMP [--quick]');
    expect(text).toContain('setup_plugin_for_backup CONFIG LOCAL_BACKUP_DIR SCOPE [CONTENT_ID]');
  });
});

describe('text in it', () => {
  test.each([
    ['.so /etc/passwd', String.raw`\&.so /etc/passwd`],
    [`'sp`, String.raw`\(aqsp`],
    [String.raw`a\fBb`, String.raw`a\(rsfBb`],
    ['--all "x"', String.raw`\-\-all \(dqx\(dq`],
    ['start1 … ’', String.raw`start1 \[u2026] \[u2019]`],
    ['a\n.b', 'a .b'],
  ])('%j is no command of roff', (text, expected) => {
    expect(roff(text)).toBe(expected);
  });

  test('is ASCII in one line, whatever it is', () => {
    assert(
      property(string({ unit: 'binary' }), (text) => {
        expect(roff(text)).toMatch(/^(?![.'])[ -~]*$/);
      }),
    );
  });

  test.skipIf(GROFF === null)('is shown as it was', () => {
    const texts = [String.raw`a \fB \n(.x \\ \(bu`, '.SH X', "'br", '"quoted" ~^`-', 'ä 日本'];
    for (const text of texts) {
      const entry = command({
        kind: 'catalogue',
        arguments: [],
        summary: text,
        load: async () => await Promise.reject(new Error('not called')),
      });
      const page = shown(manPage({ one: entry }, [['option', text]], '2026-01-02'));
      expect([page.warnings, page.text.split(text).length]).toEqual(['', 3]);
    }
  });
});
