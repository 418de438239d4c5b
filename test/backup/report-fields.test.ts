import { describe, expect, test } from 'bun:test';
import fc from 'fast-check';
import { setFiles } from '../../lab/sets.ts';
import { parseReport } from '../../src/backup/report-fields.ts';

describe('a report', () => {
  test('of the real sets says when gpbackup ended, and how it was started', () => {
    const ends = Object.fromEntries(
      setFiles()
        .filter(({ key }) => key.endsWith('_report'))
        .map(({ key, content }) => [
          key.split('/').at(-2) ?? '',
          parseReport(new TextDecoder().decode(content)),
        ]),
    );
    expect(ends['20261125025200']).toEqual({
      endTime: '20261125025207',
      commandLine:
        'gpbackup --dbname sales --plugin-config /home/gpadmin/s3.yaml --single-data-file --no-compression --with-stats',
    });
    expect(ends['20261125025227']?.endTime).toBe('20261125025229');
    expect(ends['20261125025420']).toEqual({ endTime: undefined, commandLine: undefined });
  });

  test.each([
    'end time: Wed Nov 25 2026 02:52',
    'end time: Wed Nox 25 2026 02:52:07',
    'end time: 2026-11-25 02:52:07',
    'the end time: Wed Nov 25 2026 02:52:07',
  ])('%s is no end', (line) => {
    expect(parseReport(`${line}\n`).endTime).toBeUndefined();
  });

  test('may be any text', () => {
    fc.assert(
      fc.property(fc.string(), (text) => {
        expect(parseReport(text).endTime ?? '00000000000000').toMatch(/^\d{14}$/);
      }),
    );
  });
});
