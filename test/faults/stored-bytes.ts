import {
  closeSync,
  openSync,
  readdirSync,
  readFileSync,
  readSync,
  statSync,
  truncateSync,
  writeSync,
} from 'node:fs';
import { join } from 'node:path';

/**
 * The arguments of the server process that was told to listen on `port`: a running server says nowhere else where it
 * keeps its objects.
 */
function argumentsOf(port: number): string[] {
  for (const pid of readdirSync('/proc').filter((name) => /^\d+$/.test(name))) {
    const args = readArguments(pid);
    if (args.some((arg) => arg === `-s3.port=${port}` || arg === `127.0.0.1:${port}`)) return args;
  }
  throw new Error(`no server was told to listen on port ${port}`);
}

function readArguments(pid: string): string[] {
  try {
    return readFileSync(`/proc/${pid}/cmdline`, 'utf8').split('\0');
  } catch {
    // It has ended meanwhile.
    return [];
  }
}

/** The folder of a `weed server`, in which its volumes are, each a file of many objects' chunks. */
export function seaweedVolumes(port: number): string[] {
  const folder =
    argumentsOf(port)
      .find((arg) => arg.startsWith('-dir='))
      ?.slice('-dir='.length) ?? '';
  return readdirSync(folder)
    .filter((name) => name.endsWith('.dat'))
    .map((name) => join(folder, name));
}

/** The file of an object of a `versitygw … posix`, which keeps each as it is, and what it knows of it beside. */
export function versityFile(port: number, bucket: string, key: string): string {
  return join(argumentsOf(port).findLast((arg) => arg !== '') ?? '', bucket, key);
}

/** A place on the server's disk. */
export interface Spot {
  readonly file: string;
  /** Bytes from the start of the file. */
  readonly offset: number;
}

/** Where the server keeps these bytes, which are in its files once. */
export function spotOf(files: readonly string[], bytes: Uint8Array): Spot {
  const found = files.flatMap((file) => {
    const offset = readFileSync(file).indexOf(bytes);
    return offset === -1 ? [] : [{ file, offset }];
  });
  const [spot] = found;
  if (spot === undefined || found.length > 1) throw new Error(`the bytes are in ${found.length} files`);
  return spot;
}

/** Turns over the bits of one byte. */
export function flipByte({ file, offset }: Spot): void {
  const fd = openSync(file, 'r+');
  const byte = new Uint8Array(1);
  if (readSync(fd, byte, 0, 1, offset) !== 1) throw new Error(`${file} has no byte ${offset}`);
  byte[0] = (byte[0] ?? 0) ^ 0xff;
  writeSync(fd, byte, 0, 1, offset);
  closeSync(fd);
}

/** Cuts a file off. */
export function truncateAt({ file, offset }: Spot): void {
  if (statSync(file).size <= offset) throw new Error(`${file} is shorter than ${offset}`);
  truncateSync(file, offset);
}
