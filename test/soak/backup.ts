import { readdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import type { Fate } from '../faults/fault-case.ts';
import { expectClearError, expectNoTemporaryFile } from '../faults/safety.ts';
import { Comparison, Content, sizeDrawn } from './content.ts';
import { type Place, type Soak, Unsafe } from './context.ts';
import type { SoakCommand } from './result.ts';
import type { Ended } from './runner.ts';

export interface Stored {
  readonly name: string;
  readonly content: Content;
}

const KILLED_SHARE = 0.06;
const FILE_SHARE = 0.2;
/** How often a restore or a delete that fails cleanly is tried again. */
const TRIES = 20;

/** The files of one timestamp. */
export class Backup {
  readonly #soak: Soak;
  readonly #place: Place;
  readonly #timestamp: string;
  readonly #local: string;
  readonly #prefix: string;

  constructor(soak: Soak, place: Place, timestamp: string, local: string) {
    this.#soak = soak;
    this.#place = place;
    this.#timestamp = timestamp;
    this.#local = local;
    this.#prefix = `gp/soak/backups/${timestamp.slice(0, 8)}/${timestamp}/`;
  }

  /** @returns what is stored now; undefined when nothing is. @throws {Unsafe} */
  async store(number: number): Promise<Stored | undefined> {
    const { random, largest } = this.#soak;
    const content = new Content(Math.floor(random() * 2 ** 32), sizeDrawn(random, largest));
    return random() < FILE_SHARE
      ? await this.#storeFile(`gpbackup_${this.#timestamp}_metadata_${number}.sql`, content)
      : await this.#storeData(this.#dataName(number), content);
  }

  async #storeData(name: string, content: Content): Promise<Stored | undefined> {
    const { random, runner } = this.#soak;
    const isToBeKilled = random() < KILLED_SHARE;
    const signal = random() < 0.5 ? 'SIGKILL' : 'SIGTERM';
    const endAt = isToBeKilled ? random() * content.length : Number.POSITIVE_INFINITY;
    const reached = Promise.withResolvers<void>();
    const stdin = content.stream((bytes) => {
      if (bytes >= endAt) reached.resolve();
    });
    const ended = await runner.run(['backup_data', this.#config(), join(this.#local, name)], {
      stdin,
      end: { signal, when: reached.promise },
    });
    if (ended.signalled) this.#soak.countKilled();
    return await this.#isStored('backup_data', ended, name, content);
  }

  async #storeFile(name: string, content: Content): Promise<Stored | undefined> {
    const path = join(this.#local, name);
    await Bun.write(path, new Response(content.stream(() => {})));
    const ended = await this.#soak.runner.run(['backup_file', this.#config(), path]);
    return await this.#isStored('backup_file', ended, name, content);
  }

  /** A backup that failed may have become whole (its last answer was lost), but nothing between that and nothing. */
  async #isStored(
    command: SoakCommand,
    ended: Ended,
    name: string,
    content: Content,
  ): Promise<Stored | undefined> {
    const fate = this.#fateOf(command, ended);
    if (fate === undefined) return undefined;
    const size = await this.#place.bucket.size(this.#prefix + name);
    if (size !== content.length && !(fate === 'failedCleanly' && size === undefined)) {
      throw this.#unsafe(command, name, ended, `the object has ${size} of ${content.length} bytes`);
    }
    this.#soak.count(command, fate);
    if (fate === 'survived') this.#soak.countBytes('up', content.length);
    return size === undefined ? undefined : { name, content };
  }

  /** Until it succeeds. @throws {Unsafe} */
  async restore(stored: Stored): Promise<void> {
    for (let tries = 1; !this.#soak.signal.aborted; tries += 1) {
      const restored = stored.name.includes('metadata')
        ? await this.#restoreFile(stored)
        : await this.#restoreData(stored);
      if (restored) return;
      if (tries === TRIES) throw new Unsafe(`${stored.name} can't be restored in ${TRIES} tries`);
    }
  }

  async #restoreData({ name, content }: Stored): Promise<boolean> {
    const comparison = new Comparison(content);
    const ended = await this.#soak.runner.run(['restore_data', this.#config(), join(this.#local, name)], {
      onOutput: (chunk) => comparison.push(chunk),
    });
    const fate = this.#fateOf('restore_data', ended);
    if (fate === undefined) return false;
    if (!(fate === 'survived' ? comparison.isWhole : isLoud(comparison, name, content))) {
      throw this.#unsafe('restore_data', name, ended, `written were ${comparison.told}`);
    }
    return this.#countRestore('restore_data', fate, content);
  }

  async #restoreFile({ name, content }: Stored): Promise<boolean> {
    const path = join(this.#local, name);
    rmSync(path, { force: true });
    const ended = await this.#soak.runner.run(['restore_file', this.#config(), path]);
    const fate = this.#fateOf('restore_file', ended);
    if (fate === undefined) return false;
    expectNoTemporaryFile(this.#local, name);
    if (fate === 'survived') {
      const comparison = new Comparison(content);
      for await (const chunk of Bun.file(path).stream()) comparison.push(chunk);
      if (!comparison.isWhole)
        throw this.#unsafe('restore_file', name, ended, `the file has ${comparison.told}`);
    } else if (readdirSync(this.#local).includes(name)) {
      throw this.#unsafe('restore_file', name, ended, 'a failed restore left a file');
    }
    return this.#countRestore('restore_file', fate, content);
  }

  #countRestore(command: SoakCommand, fate: Fate, { length }: Content): boolean {
    this.#soak.count(command, fate);
    if (fate === 'survived') this.#soak.countBytes('down', length);
    return fate === 'survived';
  }

  /** Until it succeeds and nothing is there any more, not even what killed processes have left. @throws {Unsafe} */
  async delete(): Promise<void> {
    const { bucket } = this.#place;
    for (let tries = 1; ; tries += 1) {
      const ended = await this.#soak.runner.run(['delete_backup', this.#config(), this.#timestamp]);
      const fate = this.#fateOf('delete_backup', ended);
      if (fate === undefined) return;
      this.#soak.count('delete_backup', fate);
      const left = [...(await bucket.keys(this.#prefix)), ...(await bucket.uploads(this.#prefix))];
      if (fate === 'survived' && left.length === 0) return;
      if (tries === TRIES) throw this.#unsafe('delete_backup', '', ended, `left: ${JSON.stringify(left)}`);
    }
  }

  /** Undefined when the soak is ending and the process was told to. @throws {Unsafe} */
  #fateOf(command: SoakCommand, ended: Ended): Fate | undefined {
    if (this.#soak.signal.aborted) return undefined;
    if (ended.exitCode === 0) {
      if (ended.stderr !== '') throw this.#unsafe(command, '', ended, 'a success that writes to stderr');
      return 'survived';
    }
    // Nobody can speak after SIGKILL, nor after a SIGTERM that comes while the program is being loaded.
    if (ended.signalled && ended.stderr === '' && [137, 143].includes(ended.exitCode)) return 'failedCleanly';
    try {
      expectClearError({ ...ended, stdout: Buffer.alloc(0) });
    } catch (cause) {
      throw new Unsafe(this.#unsafe(command, '', ended, 'no clear error').message, { cause });
    }
    return 'failedCleanly';
  }

  #unsafe(command: SoakCommand, name: string, { exitCode, stderr }: Ended, why: string): Unsafe {
    return new Unsafe(`${command} ${this.#prefix}${name}: exit code ${exitCode}, ${why}\n${stderr}`);
  }

  #config(): string {
    const { configs } = this.#place;
    return configs[Math.floor(this.#soak.random() * configs.length)] ?? '';
  }

  /**
   * A name says whether the data is one table's: failures end differently. Not that it is compressed: backup_data would
   * refuse it, which is not.
   */
  #dataName(number: number): string {
    const { random } = this.#soak;
    const table = random() < 0.7 ? `_${16_384 + number}` : '';
    return `gpbackup_${number}_${this.#timestamp}${table}`;
  }
}

const BARE_GZIP_HEADER = 10;

/** What a failed restore_data wrote can't be taken for the whole. */
function isLoud(comparison: Comparison, name: string, { length }: Content): boolean {
  const isSingle = /^gpbackup_\d+_\d{14}(\.gz|\.zst)?$/.test(name);
  if (isSingle && comparison.equal === 0 && comparison.surplus.length === 0) return true;
  if (!/\.(gz|zst)$/.test(name)) return comparison.isMarked;
  if (isSingle && comparison.equal === 0 && comparison.surplus.length === BARE_GZIP_HEADER) return true;
  return comparison.isCutShort || (length === 0 && comparison.isWhole);
}
