import { describe, expect, test } from 'bun:test';
import { ProcessLog } from '../../src/log/log.ts';
import { S3Error } from '../../src/s3/errors/s3-error.ts';
import { StillTrying, type Trouble } from '../../src/s3/still-trying.ts';

/** What was told, and a promise of the next line. */
class Told {
  readonly lines: string[] = [];
  readonly #waiting: (() => void)[] = [];

  add(line: string): void {
    this.lines.push(line);
    this.#waiting.shift()?.();
  }

  async next(): Promise<void> {
    await new Promise<void>((resolve) => this.#waiting.push(resolve));
  }
}

const NEVER = { first: 1e9, next: 1e9 };
const SOON = { first: 5, next: 5 };

function refused(tries: number): Trouble {
  const error = new S3Error(
    {
      operation: 'PutObject',
      bucket: 'b',
      key: 'k',
      status: undefined,
      code: 'ECONNREFUSED',
      reason: 'the connection was refused',
      requestId: undefined,
      tries,
      retryable: true,
    },
    { hint: undefined },
  );
  return { host: 's3.example:9000', error };
}

/** Shows its lines in `terminal` and its warnings in `log`. */
function stillTrying(onTerminal = NEVER, inLog = NEVER): { told: StillTrying; terminal: Told; log: Told } {
  const [terminal, log] = [new Told(), new Told()];
  const processLog = new ProcessLog((level, message) => log.add(`${level} ${message}`));
  return {
    told: new StillTrying(processLog, (line) => terminal.add(line), onTerminal, inLog),
    terminal,
    log,
  };
}

describe('requests that fail without progress', () => {
  test('are told on the terminal, again and again, with the last reason', async () => {
    const { told, terminal, log } = stillTrying(SOON);
    told.failed(performance.now(), () => refused(1));
    await terminal.next();
    told.failed(performance.now(), () => refused(7));
    await terminal.next();
    told.progressed(performance.now());
    expect(terminal.lines).toEqual([
      'still trying: PutObject at s3.example:9000: the connection was refused (ECONNREFUSED, 1 try); Ctrl-C to stop',
      'still trying: PutObject at s3.example:9000: the connection was refused (ECONNREFUSED, 7 tries); Ctrl-C to stop',
    ]);
    expect(log.lines).toEqual([]);
  });

  test('are told in the log as a warning', async () => {
    const { told, terminal, log } = stillTrying(NEVER, SOON);
    told.failed(performance.now() - 31_000, () => refused(9));
    await log.next();
    await log.next();
    told.progressed(performance.now());
    expect(log.lines[0]).toBe(
      'WARNING no progress for 31 s, still trying: PutObject at s3.example:9000: the connection was refused (ECONNREFUSED, 9 tries)',
    );
    expect(terminal.lines).toEqual([]);
  });

  test('are counted from the last progress of any request, not from the try that failed', async () => {
    const { told, log } = stillTrying(NEVER, SOON);
    told.progressed(performance.now());
    told.failed(performance.now() - 600_000, () => refused(1));
    await log.next();
    told.progressed(performance.now());
    expect(log.lines[0]).toMatch(/^WARNING no progress for \d{1,2} s/);
  });

  test('are told no more after progress', async () => {
    const { told, terminal } = stillTrying(SOON);
    told.failed(performance.now(), () => refused(1));
    told.progressed(performance.now());
    // A second one with a later time shows that the first one's time has passed.
    const other = stillTrying({ first: 40, next: 1e9 });
    other.told.failed(performance.now(), () => refused(1));
    await other.terminal.next();
    expect(terminal.lines).toEqual([]);
    expect(told.troubleAt(performance.now())).toBeUndefined();
  });
});

test('time in which this process waits for a limit of its own is no time without progress', async () => {
  const lines: string[] = [];
  const told = Promise.withResolvers<void>();
  const log = new ProcessLog((_, message) => {
    lines.push(message);
    told.resolve();
  });
  let held = 0;
  // All of the time so far and of the next 300 ms goes to the limit.
  const since = performance.now();
  const holding = (): number => (held > 0 ? held : performance.now() - since);
  const limited = new StillTrying(log, () => {}, NEVER, { first: 50, next: 1e9 }, holding);
  limited.failed(performance.now(), () => refused(1));
  await Bun.sleep(300);
  expect(lines).toEqual([]);
  held = holding();
  await told.promise;
  expect(lines).toHaveLength(1);
  expect(performance.now() - since).toBeGreaterThan(held + 40);
});

describe('the first request', () => {
  test('that waits for an answer is told too', async () => {
    const { told, terminal } = stillTrying(SOON);
    told.begins(performance.now(), 's3.example');
    await terminal.next();
    expect(terminal.lines).toEqual(['still trying: no answer from s3.example yet; Ctrl-C to stop']);
  });

  test('does not hide why another one failed', () => {
    const { told } = stillTrying();
    told.failed(performance.now(), () => refused(1));
    told.begins(performance.now(), 's3.example');
    expect(told.troubleAt(performance.now())?.error?.code).toBe('ECONNREFUSED');
  });
});

test('the reason is there at once after a failure, and after five seconds without an answer', () => {
  const { told } = stillTrying();
  const now = performance.now();
  told.begins(now, 's3.example');
  expect(told.troubleAt(now + 4999)).toBeUndefined();
  expect(told.troubleAt(now + 5000)).toMatchObject({ host: 's3.example' });
  told.failed(now, () => refused(1));
  expect(told.troubleAt(now)?.error?.code).toBe('ECONNREFUSED');
});
