import { write } from 'node:fs';
import { codeOf, PluginError } from '../base/plugin-error.ts';
import { systemHint, systemReason } from '../base/system-error.ts';
import { untilAborted } from '../base/until-aborted.ts';

const POLL_INTERVAL = 10;

/** The reader closed its end: it has what it needs, or it failed and says so itself. */
export class ReaderGoneError extends PluginError {}

/** Restored bytes could not be written. */
export class SinkError extends PluginError {}

/** Where restored bytes go, in order. */
export interface Sink {
  /** Bytes that are known to have been taken. */
  readonly written: number;
  /** Some bytes may have been taken: a write that was ended may have moved some of its own. */
  readonly begun: boolean;
  /**
   * Takes all of `bytes`, however long the reader needs, until the signal's abort, whose reason it throws. What an
   * ended write has begun to send may still be taken, so its bytes must stay as they are.
   */
  write(bytes: Uint8Array, signal: AbortSignal): Promise<void>;
}

/** A file descriptor as a sink. */
export class ByteSink implements Sink {
  readonly #fd: number;
  readonly #name: string;
  #written = 0;
  #begun = false;

  /** @param name of the target, for messages. */
  constructor(fd: number, name: string) {
    this.#fd = fd;
    this.#name = name;
  }

  get written(): number {
    return this.#written;
  }

  get begun(): boolean {
    return this.#begun;
  }

  /** @throws {ReaderGoneError} when the pipe was closed; {SinkError} for a full disk and the like. */
  async write(bytes: Uint8Array, signal: AbortSignal): Promise<void> {
    signal.throwIfAborted();
    this.#begun ||= bytes.length > 0;
    // A thread that waits for a pipe can't be ended; only the wait for it can.
    await untilAborted(this.#writeAll(bytes, signal), signal);
  }

  async #writeAll(bytes: Uint8Array, signal: AbortSignal): Promise<void> {
    for (let offset = 0; offset < bytes.length && !signal.aborted; ) {
      const taken = await this.#writeSome(bytes, offset);
      offset += taken;
      this.#written += taken;
    }
  }

  async #writeSome(bytes: Uint8Array, offset: number): Promise<number> {
    return await new Promise<number>((resolve, reject) => {
      write(this.#fd, bytes, offset, bytes.length - offset, null, (error, taken) => {
        if (error === null) {
          resolve(taken);
          return;
        }
        const code = codeOf(error);
        if (code === 'EAGAIN') setTimeout(() => resolve(0), POLL_INTERVAL);
        else if (code === 'EPIPE')
          reject(new ReaderGoneError(`${this.#name} was closed by its reader`, { cause: error }));
        else reject(this.#failed(error));
      });
    });
  }

  #failed(cause: unknown): SinkError {
    return new SinkError(`writing ${this.#name} failed: ${systemReason(cause)}`, {
      hint: systemHint('writing', cause),
      cause,
    });
  }
}
