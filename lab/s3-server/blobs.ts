import { randomUUID } from 'node:crypto';
import { mkdir, open, unlink } from 'node:fs/promises';
import { join } from 'node:path';

/** Bytes that were received in one request, and never change. */
export interface Blob {
  readonly size: number;
  /** False when the bytes were counted and checked, but not kept. */
  readonly isReadable: boolean;
  /** The bytes from `from` to before `to`. */
  read(from: number, to: number): AsyncIterable<Uint8Array>;
  remove(): Promise<void>;
}

/** Takes bytes until either `finish` or `abandon` is called. */
export interface BlobSink {
  write(chunk: Uint8Array): Promise<void>;
  finish(): Promise<Blob>;
  abandon(): Promise<void>;
}

export interface BlobStorage {
  /** @param size how many bytes are going to come */
  create(size: number): Promise<BlobSink>;
}

const readBytes = 256 * 1024;

export class MemoryBlobs implements BlobStorage {
  async create(size: number): Promise<BlobSink> {
    const bytes = Buffer.allocUnsafeSlow(size);
    let filled = 0;
    return {
      write: async (chunk) => {
        bytes.set(chunk, filled);
        filled += chunk.length;
      },
      finish: async () => memoryBlob(bytes.subarray(0, filled)),
      abandon: async () => {},
    };
  }
}

function memoryBlob(bytes: Buffer): Blob {
  return {
    size: bytes.length,
    isReadable: true,
    async *read(from, to) {
      for (let at = from; at < to; at += readBytes) yield bytes.subarray(at, Math.min(at + readBytes, to));
    },
    remove: async () => {},
  };
}

/** One file for each blob; the index stays in memory, so a folder serves one server and is of no use afterwards. */
export class FolderBlobs implements BlobStorage {
  readonly #folder: string;

  constructor(folder: string) {
    this.#folder = folder;
  }

  async create(): Promise<BlobSink> {
    await mkdir(this.#folder, { recursive: true });
    const path = join(this.#folder, `${randomUUID()}.blob`);
    const file = await open(path, 'wx');
    let size = 0;
    return {
      write: async (chunk) => {
        for (let done = 0; done < chunk.length; ) {
          done += (await file.write(chunk, done, chunk.length - done)).bytesWritten;
        }
        size += chunk.length;
      },
      finish: async () => {
        await file.close();
        return fileBlob(path, size);
      },
      abandon: async () => {
        await file.close();
        await unlink(path);
      },
    };
  }
}

function fileBlob(path: string, size: number): Blob {
  return {
    size,
    isReadable: true,
    async *read(from, to) {
      const file = await open(path, 'r');
      try {
        for (let at = from; at < to; ) {
          // A new buffer for each piece: the socket may still be sending the one before.
          const { bytesRead, buffer } = await file.read(
            Buffer.allocUnsafe(Math.min(readBytes, to - at)),
            0,
            Math.min(readBytes, to - at),
            at,
          );
          if (bytesRead === 0) throw new Error(`${path} ends at ${at}, expected ${to}`);
          at += bytesRead;
          yield buffer.subarray(0, bytesRead);
        }
      } finally {
        await file.close();
      }
    },
    remove: () => unlink(path),
  };
}

/** Keeps small blobs where `storage` keeps them, and of large ones the length only. */
export class DiscardingBlobs implements BlobStorage {
  readonly #storage: BlobStorage;
  readonly #fromBytes: number;

  constructor(storage: BlobStorage, fromBytes: number) {
    this.#storage = storage;
    this.#fromBytes = fromBytes;
  }

  async create(size: number): Promise<BlobSink> {
    if (size < this.#fromBytes) return this.#storage.create(size);
    let counted = 0;
    return {
      write: async (chunk) => {
        counted += chunk.length;
      },
      finish: async () => ({
        size: counted,
        isReadable: false,
        read: () => {
          throw new Error('this blob was not kept');
        },
        remove: async () => {},
      }),
      abandon: async () => {},
    };
  }
}
