import { expect, test } from 'bun:test';
import { type Outcome, Workplace } from '../../lab/program/plugin.ts';
import { SETS_FOLDER, setFiles } from '../../lab/sets.ts';
import { type S3ServerOptions, startTestServer, type TestServer } from '../../lab/test-server.ts';
import { textOf } from '../docs/document.ts';

/** A bucket that nothing is to be said about. */
export const HEALTHY: S3ServerOptions = { lifecycle: [{ id: 'uploads', abortDays: 7 }] };

/** A server with one good backup, and the built program under a config file. */
export class CheckStage implements AsyncDisposable {
  readonly place: Workplace;
  readonly server: TestServer;

  private constructor(place: Workplace, server: TestServer) {
    this.place = place;
    this.server = server;
  }

  /** @param backups timestamps of the real sets that are there */
  static async start(
    options: S3ServerOptions = {},
    backups: readonly string[] = ['20261125025410'],
    place = new Workplace(),
  ): Promise<CheckStage> {
    const stage = new CheckStage(place, await startTestServer({ ...HEALTHY, ...options }));
    // What is younger may still be written.
    const lastModified = new Date(Date.now() - 2 * 86_400_000);
    for (const { key, content } of backups.flatMap((timestamp) => setFiles(timestamp)))
      await stage.server.objects.put('backups', key, content, { lastModified });
    return stage;
  }

  config(options: Readonly<Record<string, string | undefined>> = {}): string {
    return this.place.config(this.server, { folder: SETS_FOLDER, ...options });
  }

  async check(
    flags: readonly string[] = [],
    options: Readonly<Record<string, string | undefined>> = {},
  ): Promise<Outcome> {
    return await this.place.run(['check', this.config(options), ...flags]);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.place[Symbol.dispose]();
    await this.server.stop();
  }
}

/** The rows of docs/check.md: a misconfiguration, and the line that shows it. */
export const ROWS: ReadonlyMap<string, string> = new Map(
  [...textOf('docs/check.md').matchAll(/^\| ([^|]+) \| `((?:ok|warn|FAIL) [^|]+)` \| [^|]+ \|$/gm)].map(
    ([, title = '', line = '']) => [title, line],
  ),
);

/** The lines of an answer that are not in order, with single spaces. */
export function badLines({ stdout }: Outcome): string[] {
  return stdout
    .toString()
    .split('\n')
    .filter((line) => /^(warn|FAIL) /.test(line))
    .map((line) => line.replaceAll(/ {2,}/g, ' '));
}

/** Whether a line is the one of a row, whose dots stand for any words. */
export function isLineOf(line: string, row: string): boolean {
  const [start = '', ...parts] = row.split('…').map((part) => part.trim());
  let from = start.length;
  if (!line.startsWith(start)) return false;
  for (const part of parts) {
    const at = line.indexOf(part, from);
    if (at < 0) return false;
    from = at + part.length;
  }
  return true;
}

/**
 * A test by the title of a row of docs/check.md: the program shows the row's line, and a hint or what to do in it.
 * @param also starts of other lines that come with it
 */
export function misconfigured(
  title: string,
  play: () => Promise<Outcome>,
  { exitCode = 3, also = [] }: { readonly exitCode?: number; readonly also?: readonly string[] } = {},
): void {
  test(title, async () => {
    const outcome = await play();
    const lines = badLines(outcome);
    const wanted = ROWS.get(title) ?? '';
    expect(wanted).not.toBe('');
    expect(lines.filter((line) => isLineOf(line, wanted)).length, lines.join('\n')).toBeGreaterThan(0);
    const others = lines.filter(
      (line) => !isLineOf(line, wanted) && !also.some((start) => line.startsWith(start)),
    );
    expect(others).toEqual([]);
    expect(outcome.exitCode).toBe(exitCode);
    expect(outcome.stdout.toString()).not.toContain('testsecret');
    expect(outcome.stderr).toBe('');
  });
}
