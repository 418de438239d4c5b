import { readdir, readFile, readlink } from 'node:fs/promises';

/** What the processes of a server hold. */
export interface Footprint {
  /** Each as PID and command line. */
  readonly processes: readonly string[];
  /** How many of them are in a network namespace of their own, which nobody can reach from outside. */
  readonly isolated: number;
  /** Addresses with an open port, as /proc/net/tcp and tcp6 write them. */
  readonly listeners: readonly string[];
  /** Sockets in the file system. */
  readonly sockets: readonly string[];
}

/** A process that writes its temporary files below the folder was started by a server that lives there. */
export async function footprintOf(folder: string): Promise<Footprint> {
  const processes: string[] = [];
  const inodes = new Set<string>();
  let isolated = 0;
  const ownNetwork = await readlink('/proc/self/ns/net');
  for (const pid of await readdir('/proc')) {
    if (!/^\d+$/.test(pid)) continue;
    const environment = await textOf(`/proc/${pid}/environ`);
    if (!environment.split('\0').some((line) => line.startsWith(`TMPDIR=${folder}/`))) continue;
    processes.push(`${pid} ${(await textOf(`/proc/${pid}/cmdline`)).replaceAll('\0', ' ')}`);
    const network = await readlink(`/proc/${pid}/ns/net`).catch(() => '');
    if (network !== ownNetwork) isolated += 1;
    else for (const inode of await socketsOf(pid)) inodes.add(inode);
  }
  const tcp = `${await textOf('/proc/net/tcp')}${await textOf('/proc/net/tcp6')}`;
  const unix = await textOf('/proc/net/unix');
  return {
    processes,
    isolated,
    listeners: listenersIn(tcp, inodes),
    sockets: unix.split('\n').flatMap((line) => {
      const [inode, path] = line.trim().split(/\s+/).slice(6);
      return path?.startsWith('/') === true && inodes.has(inode ?? '') ? [path] : [];
    }),
  };
}

/** @returns the local addresses of listening sockets with one of these inodes */
export function listenersIn(table: string, inodes: ReadonlySet<string>): string[] {
  return table.split('\n').flatMap((line) => {
    const fields = line.trim().split(/\s+/);
    const [address = ''] = (fields[1] ?? '').split(':');
    return fields[3] === '0A' && inodes.has(fields[9] ?? '') ? [address] : [];
  });
}

/** @param address in the kernel's hexadecimal, each four bytes in reverse order */
export function isLoopback(address: string): boolean {
  if (address.length === 8) return address.endsWith('7F');
  const isMapped = address.startsWith('0000000000000000FFFF0000');
  return isMapped ? address.endsWith('7F') : address === `${'0'.repeat(24)}01000000`;
}

async function socketsOf(pid: string): Promise<string[]> {
  const descriptors = await readdir(`/proc/${pid}/fd`).catch((): string[] => []);
  const targets = await Promise.all(
    descriptors.map((descriptor) => readlink(`/proc/${pid}/fd/${descriptor}`).catch(() => '')),
  );
  return targets.flatMap((target) => /^socket:\[(\d+)\]$/.exec(target)?.[1] ?? []);
}

/** Empty when the process ended meanwhile or is another user's. */
async function textOf(path: string): Promise<string> {
  return await readFile(path, 'utf8').catch(() => '');
}
