import { describe, expect, test } from 'bun:test';
import { classifyFile } from '../../src/backup/file-name.ts';
import { makeFailureLoud } from '../../src/session/loud-failure.ts';
import type { Sink } from '../../src/transfer/sink.ts';

const running = new AbortController().signal;
const signalled = AbortSignal.abort(new Error('ended by SIGTERM'));

/** A sink that keeps what it is given, or takes nothing and only watches the signal. */
class Taker implements Sink {
  readonly got: number[] = [];
  readonly begun: boolean;
  readonly stands: boolean;

  constructor({ begun, stands = false }: { begun: boolean; stands?: boolean }) {
    this.begun = begun;
    this.stands = stands;
  }

  get written(): number {
    return this.got.length;
  }

  async write(bytes: Uint8Array, signal: AbortSignal): Promise<void> {
    signal.throwIfAborted();
    if (this.stands)
      await new Promise((_, reject) => signal.addEventListener('abort', () => reject(signal.reason)));
    this.got.push(...bytes);
  }
}

const table = classifyFile('gpbackup_0_20260102030405_16385');
const single = classifyFile('gpbackup_0_20260102030405');

describe('after a signal', () => {
  test('a reader of uncompressed data gets a NUL', async () => {
    const sink = new Taker({ begun: true });
    await makeFailureLoud(table, sink, signalled);
    expect(sink.got).toEqual([0]);
  });

  test('a reader of a single data file gets one when it may have got something', async () => {
    // Nothing is known to have been taken, but a write was ended.
    const sink = new Taker({ begun: true });
    await makeFailureLoud(single, sink, signalled);
    expect(sink.got).toEqual([0]);
    const untouched = new Taker({ begun: false });
    await makeFailureLoud(single, untouched, signalled);
    expect(untouched.got).toEqual([]);
  });

  test('a reader that takes nothing is not waited for', async () => {
    const sink = new Taker({ begun: true, stands: true });
    await makeFailureLoud(table, sink, signalled);
    expect(sink.got).toEqual([]);
  });
});

test('a signal ends the wait for a reader that takes nothing after another failure', async () => {
  const ending = new AbortController();
  const sink = new Taker({ begun: true, stands: true });
  const marking = makeFailureLoud(table, sink, ending.signal);
  ending.abort(new Error('ended by SIGTERM'));
  await marking;
  expect(sink.got).toEqual([]);
});

test('compressed data needs no mark', async () => {
  const sink = new Taker({ begun: true });
  await makeFailureLoud(classifyFile('gpbackup_0_20260102030405_16385.gz'), sink, running);
  expect(sink.got).toEqual([]);
});
