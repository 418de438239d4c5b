import type { Gunzip, ZstdDecompress } from 'node:zlib';
import { codeOf, PluginError, reasonOf } from '../base/plugin-error.ts';
import { ZstdCheck } from './zstd-check.ts';

/** A stream is not what its name says: cut, damaged, or of another format. The message goes on after its name. */
export class DecodeError extends PluginError {
  /** It ends too early; otherwise its bytes are wrong. */
  readonly isCut: boolean;

  constructor(message: string, isCut: boolean) {
    super(message);
    this.isCut = isCut;
  }
}

/** Bytes of a decompressed piece. */
const PIECE = 256 * 1024;

/** Compressed bytes that are passed on at once: what they become is collected in one round of the event loop. */
const INPUT = 1024 * 1024;

/** Takes a stream piece by piece and gives what it contains to `take`, in order. */
export interface Decoder {
  /** Returns when all of `bytes` has been decompressed and taken: its memory is the caller's again. @throws {DecodeError} */
  push(bytes: Uint8Array): Promise<void>;
  /** After the last piece. @throws {DecodeError} where the stream is not complete */
  end(): Promise<void>;
  /** Ends it where it is, whatever is missing. */
  close(): void;
}

/**
 * Decompresses gzip (of any number of members, and zeros behind them, as gzip itself takes them) and zstd, with their own
 * checksums compared; `none` is passed on.
 * @param take is given pieces that stay as they are until it returns. What it throws, `push` and `end` throw.
 */
export function decoderOf(format: 'gzip' | 'zstd' | 'none', take: (piece: Uint8Array) => void): Decoder {
  if (format === 'none')
    return {
      push: async (bytes) => await Promise.resolve(take(bytes)),
      end: async () => await Promise.resolve(),
      close: () => undefined,
    };
  return new ZlibDecoder(format, take);
}

/** The runtime's library, whose work is done by a thread of its own. */
class ZlibDecoder implements Decoder {
  readonly #format: 'gzip' | 'zstd';
  readonly #stream: Gunzip | ZstdDecompress;
  /** The runtime takes a Zstandard stream that ends early for a whole one. */
  readonly #frames: ZstdCheck | undefined;
  readonly #ended: Promise<void>;
  #length = 0;
  #failure: Error | undefined;

  constructor(format: 'gzip' | 'zstd', take: (piece: Uint8Array) => void) {
    const zlib = process.getBuiltinModule('node:zlib');
    this.#format = format;
    this.#frames = format === 'zstd' ? new ZstdCheck() : undefined;
    const options = { chunkSize: PIECE };
    const stream = format === 'gzip' ? zlib.createGunzip(options) : zlib.createZstdDecompress(options);
    this.#stream = stream;
    this.#ended = new Promise((resolve) => {
      stream.on('data', (piece: Uint8Array<ArrayBuffer>) => {
        try {
          if (this.#failure === undefined) take(piece);
        } catch (error) {
          this.#fail(error);
        }
        forget(piece);
      });
      stream.on('end', resolve);
      stream.on('close', resolve);
      stream.on('error', (error) => this.#fail(this.#errorOf(error)));
    });
  }

  async push(bytes: Uint8Array): Promise<void> {
    this.#length += bytes.length;
    this.#frames?.push(bytes);
    for (let start = 0; start < bytes.length && this.#failure === undefined; start += INPUT)
      await this.#write(bytes.subarray(start, start + INPUT));
    this.#throwFailure();
  }

  async end(): Promise<void> {
    this.#throwFailure();
    const fault = this.#frames?.finish();
    // gpbackup_helper's library writes nothing for nothing.
    if (this.#format === 'zstd' && this.#length === 0) return this.close();
    if (fault !== undefined) {
      this.close();
      throw new DecodeError(fault, fault.startsWith('ends early'));
    }
    this.#stream.end();
    await this.#ended;
    this.#throwFailure();
  }

  close(): void {
    this.#stream.destroy();
  }

  async #write(bytes: Uint8Array): Promise<void> {
    await new Promise<void>((resolve) => {
      const closed = (): void => resolve();
      this.#stream.once('close', closed);
      this.#stream.write(bytes, () => {
        this.#stream.off('close', closed);
        resolve();
      });
    });
  }

  #fail(error: unknown): void {
    this.#failure ??= error instanceof Error ? error : new Error(reasonOf(error));
    this.#stream.destroy();
  }

  #throwFailure(): void {
    if (this.#failure !== undefined) throw this.#failure;
  }

  #errorOf(error: unknown): DecodeError {
    const isCut = codeOf(error) === 'Z_BUF_ERROR';
    if (isCut) return new DecodeError(`ends early, after ${this.#length} bytes`, true);
    return new DecodeError(`is not valid ${this.#format}: ${reasonOf(error)}`, false);
  }
}

/**
 * Gives the memory of a piece back: the collector would let hundreds of megabytes pile up. The stream goes on in the same
 * memory until that is full.
 */
function forget({ buffer, byteOffset, length }: Uint8Array<ArrayBuffer>): void {
  if (buffer.byteLength === PIECE && byteOffset + length === PIECE) buffer.transfer(0);
}
