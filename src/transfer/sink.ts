import { write } from 'node:fs';
import { codeOf, PluginError } from '../base/plugin-error.ts';
import { systemHint, systemReason } from '../base/system-error.ts';

const POLL_INTERVAL = 10;

/** The reader closed its end: it has what it needs, or it failed and says so itself. */
export class ReaderGoneError extends PluginError {}

/** Restored bytes could not be written. */
export class SinkError extends PluginError {}

/** Where restored bytes go, in order. */
export class ByteSink {
  readonly #fd: number;
  readonly #name: string;
  #written = 0;

  /** @param name of the target, for messages. */
  constructor(fd: number, name: string) {
    this.#fd = fd;
    this.#name = name;
  }

  /** Bytes that the system has taken. */
  get written(): number {
    return this.#written;
  }

  /**
   * Writes all of `bytes`, however long the reader takes.
   * @throws {ReaderGoneError} when the pipe was closed; {SinkError} for a full disk and the like.
   */
  async write(bytes: Uint8Array): Promise<void> {
    for (let offset = 0; offset < bytes.length; ) {
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
