import { describe, expect, test } from 'bun:test';
import * as fc from 'fast-check';
import { BackupLog } from '../../../src/log/backup-log.ts';
import { type HostLog, hostLogOf, hostLogText } from '../../../src/output/host-log.ts';
import { readAnswer } from '../../../src/session/logs/answer.ts';

const TS = '20260102030405';

/** With a message and an object, so that every field is there. */
function answer(): { result: { timestamp: unknown; hosts: Record<string, unknown>[] } } {
  const log = new BackupLog(TS);
  const key = `gp/backups/20260102/${TS}/gpbackup_0_${TS}_1`;
  log.add({ at: 0, pid: 1, level: 'ERROR', message: `it failed (backup ${TS})` });
  log.add({ at: 0, pid: 1, level: 'INFO', message: `stored s3://b/${key}: 6 bytes in 12 ms` });
  const text = JSON.stringify({ version: '1', result: { timestamp: TS, hosts: [hostLogOf('itself', log)] } });
  return JSON.parse(text) as ReturnType<typeof answer>;
}

test('what a host printed is read, under the name that it has here', () => {
  const { result } = answer();
  expect(readAnswer('sdw1', JSON.stringify({ result }))).toEqual({
    timestamp: TS,
    log: { ...(result.hosts[0] as unknown as HostLog), host: 'sdw1' },
  });
});

test('a host without a backup', () => {
  const log = hostLogOf('itself', new BackupLog(TS));
  const line = JSON.stringify({ result: { timestamp: null, hosts: [log] } });
  expect(readAnswer('sdw1', line)).toEqual({ timestamp: undefined, log: { ...log, host: 'sdw1' } });
});

describe('an answer in another form is none', () => {
  const whole = answer();
  const [log = {}] = whole.result.hosts;
  const lists = ['messages', 'slowest'] as const;
  const fields = Object.keys(log).filter((name) => name !== 'host');

  test.each(fields)('without %s, or with another kind of it', (name) => {
    for (const value of [undefined, {}, [1], [null], true, '', 7]) {
      const odd = answer();
      odd.result.hosts[0] = { ...log, [name]: value };
      const read = readAnswer('sdw1', JSON.stringify(odd));
      // Whatever is taken can be shown.
      if (read !== undefined) expect([...hostLogText(TS, [read.log])].join('')).toContain('sdw1');
      expect([value, read === undefined || typeof value === typeof log[name] || value === '']).toEqual([
        value,
        true,
      ]);
    }
  });

  test.each(lists)('with a field of another kind in %s', (list) => {
    const [first = {}] = log[list] as Record<string, unknown>[];
    for (const name of Object.keys(first)) {
      const odd = answer();
      odd.result.hosts[0] = { ...log, [list]: [{ ...first, [name]: [] }] };
      expect([name, readAnswer('sdw1', JSON.stringify(odd))]).toEqual([name, undefined]);
    }
  });

  test.each(['x', '2026', `${TS}0`, '.*', 7, {}])('about the backup %p', (timestamp) => {
    const odd = answer();
    odd.result.timestamp = timestamp;
    expect(readAnswer('sdw1', JSON.stringify(odd))).toBeUndefined();
  });

  test('with no host, or no result', () => {
    for (const text of [
      '',
      '{}',
      '[]',
      '1',
      '{"result":null}',
      `{"result":{"timestamp":"${TS}","hosts":[]}}`,
    ])
      expect(readAnswer('sdw1', text)).toBeUndefined();
  });

  test('any text', () => {
    fc.assert(
      fc.property(fc.oneof(fc.string(), fc.json()), (text) => {
        expect(readAnswer('sdw1', text)).toBeUndefined();
      }),
    );
  });
});
