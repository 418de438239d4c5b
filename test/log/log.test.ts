import { expect, test } from 'bun:test';
import { admits, type LogVerbosity } from '../../src/log/level.ts';
import { ProcessLog } from '../../src/log/log.ts';

const VERBOSITIES: readonly LogVerbosity[] = ['error', 'info', 'verbose', 'debug'];

/** What is written when everything is told once. */
function told(verbosity: LogVerbosity): string[] {
  const lines: string[] = [];
  const log = new ProcessLog((level, message) => lines.push(`${level} ${message}`)).at(verbosity);
  log.error('an error');
  log.warning('a warning');
  log.info('an info');
  log.verbose('a detail');
  log.debug(() => 'a request');
  return lines;
}

test.each<readonly [LogVerbosity, readonly string[]]>([
  ['error', ['ERROR an error']],
  ['info', ['ERROR an error', 'WARNING a warning', 'INFO an info']],
  ['verbose', ['ERROR an error', 'WARNING a warning', 'INFO an info', 'DEBUG a detail']],
  ['debug', ['ERROR an error', 'WARNING a warning', 'INFO an info', 'DEBUG a detail', 'DEBUG a request']],
])('logger_verbosity %s', (verbosity, lines) => {
  expect(told(verbosity)).toEqual([...lines]);
});

test('the verbosity before the config is read is info', () => {
  expect(new ProcessLog(() => {}).verbosity).toBe('info');
});

test('a log at another verbosity leaves the one that it was made of as it is', () => {
  const log = new ProcessLog(() => {});
  expect([log.at('debug').verbosity, log.verbosity]).toEqual(['debug', 'info']);
});

test('a debug message that is not wanted is not even made', () => {
  let made = 0;
  const log = new ProcessLog(() => {});
  log.debug(() => {
    made += 1;
    return '';
  });
  expect(made).toBe(0);
});

test('each verbosity admits itself and what is less', () => {
  for (const [rank, verbosity] of VERBOSITIES.entries()) {
    const admitted = VERBOSITIES.filter((needed) => admits(verbosity, needed));
    expect(admitted).toEqual(VERBOSITIES.slice(0, rank + 1));
  }
});
