import { mkdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { Backup, type Stored } from './backup.ts';
import type { Place, Soak } from './context.ts';

/** One process at a time, for one backup after the other: its files are stored, restored and compared, and deleted. */
export class Lane {
  readonly #soak: Soak;
  readonly #number: number;
  #backups = 0;

  constructor(soak: Soak, number: number) {
    this.#soak = soak;
    this.#number = number;
  }

  /** A whole backup, from its first file to its deletion. @throws {Unsafe} */
  async backup(place: Place): Promise<void> {
    const { random, folder, signal } = this.#soak;
    this.#backups += 1;
    const day = String(20_260_101 + (this.#backups % 28));
    const timestamp = `${day}${String(this.#number).padStart(2, '0')}${String(this.#backups % 10_000).padStart(4, '0')}`;
    const local = join(folder, String(this.#number), 'backups', day, timestamp);
    mkdirSync(local, { recursive: true });
    const backup = new Backup(this.#soak, place, timestamp, local);
    try {
      const stored: Stored[] = [];
      for (let files = 1 + Math.floor(random() * 6); files > 0 && !signal.aborted; files -= 1) {
        const one = await backup.store(files);
        if (one !== undefined) stored.push(one);
      }
      for (const one of shuffled(stored, random)) {
        if (!signal.aborted) await backup.restore(one);
      }
      if (!signal.aborted) await backup.delete();
    } finally {
      rmSync(local, { recursive: true, force: true });
    }
  }
}

function shuffled<T>(list: readonly T[], random: () => number): T[] {
  return list
    .map((one) => ({ one, at: random() }))
    .toSorted((a, b) => a.at - b.at)
    .map(({ one }) => one);
}
