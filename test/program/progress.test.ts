import { afterAll, beforeAll, describe, expect, test } from 'bun:test';
import { Workplace } from '../../lab/program/plugin.ts';
import { onScreen, type Screen } from '../../lab/program/screen.ts';
import { SETS_FOLDER, setFiles } from '../../lab/sets.ts';
import { startTestServer, type TestServer } from '../../lab/test-server.ts';

/** Progress and colours of the installed program on a real terminal. */
const SET = '20261125025319';

let server: TestServer;
let place: Workplace;
let config: string;
beforeAll(async () => {
  server = await startTestServer({ buckets: ['backups'] });
  place = new Workplace();
  config = place.config(server, { folder: SETS_FOLDER });
  for (const { key, content } of setFiles(SET)) await server.objects.put('backups', key, content);
});
afterAll(async () => {
  place[Symbol.dispose]();
  await server.stop();
});

async function screen(
  words: readonly string[],
  more: Record<string, string> = {},
  columns = 80,
): Promise<Screen> {
  return await onScreen([place.program, ...words], {
    env: { ...place.env, ...more },
    columns,
    cwd: place.folder,
  });
}

describe('on a terminal', () => {
  test('progress is shown, and taken away before the result', async () => {
    const { exitCode, sent, lines } = await screen(['verify_backup', config, SET, '--read']);
    expect([exitCode, lines[0]?.replace(/ +/g, ' ')]).toEqual([0, `${SET}: valid`]);
    expect(sent).toMatch(/^\r\S[^\n]*\r +\r/);
    expect(lines.join('\n')).not.toContain('%');
  });

  test('no look of it is wider than a narrow terminal', async () => {
    const { sent } = await screen(['list_backups', config], {}, 24);
    const [progress = ''] = sent.split('TIMESTAMP');
    const looks = progress.split('\r').filter((look) => look !== '');
    expect(looks.length).toBeGreaterThan(1);
    expect(looks.filter((look) => Bun.stringWidth(look) > 23)).toEqual([]);
  });

  test('it is taken away before the message of a failure', async () => {
    server.faults.add({
      when: { operation: 'GetObject', times: Infinity },
      do: { kind: 'answer', status: 403, code: 'AccessDenied' },
    });
    const { exitCode, lines } = await screen(['verify_backup', config, SET, '--read']);
    server.faults.clear();
    expect(exitCode).not.toBe(0);
    expect(lines.filter((line) => line.includes('%'))).toEqual([]);
  });

  test.each([
    ['NO_COLOR', { NO_COLOR: '1' }],
    ['TERM=dumb', { TERM: 'dumb' }],
  ])('nothing is coloured with %s', async (_title, env) => {
    for (const words of [
      ['check', config],
      ['verify_backup', config, SET],
      ['list_backups', config],
    ])
      expect((await screen(words, env)).sent).not.toContain('\u001b[');
  });

  test('a terminal that can’t move its cursor gets no progress', async () => {
    const { sent, lines } = await screen(['verify_backup', config, SET, '--read'], { TERM: 'dumb' });
    expect(lines[0]).toBe(`${SET}: valid`);
    expect(sent.replaceAll('\r\n', '\n')).not.toContain('\r');
  });
});

test('in a pipe there is neither progress nor a colour', async () => {
  for (const words of [
    ['verify_backup', config, SET, '--read'],
    ['list_backups', config],
    ['check', config],
  ]) {
    const { stdout, stderr } = await place.run(words);
    expect(stderr).toBe('');
    expect(stdout.toString()).not.toContain('\u001b');
  }
});
