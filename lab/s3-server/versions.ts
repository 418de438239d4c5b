import type { StoredObject } from './stored-object.ts';

/** One version of a key; without an object it is a delete marker. */
export interface Version {
  readonly key: string;
  readonly id: string;
  readonly lastModified: Date;
  readonly object: StoredObject | undefined;
}

/** The versions of a bucket's keys, the newest of each key last. */
export class Versions {
  readonly #byKey = new Map<string, Version[]>();
  #made = 0;

  add(key: string, object: StoredObject | undefined, lastModified: Date): Version {
    this.#made += 1;
    const version = { key, id: `v${this.#made.toString().padStart(8, '0')}`, lastModified, object };
    this.#byKey.set(key, [...this.of(key), version]);
    return version;
  }

  of(key: string): readonly Version[] {
    return this.#byKey.get(key) ?? [];
  }

  find(key: string, id: string): Version | undefined {
    return this.of(key).find((version) => version.id === id);
  }

  remove(version: Version): void {
    const left = this.of(version.key).filter((other) => other !== version);
    if (left.length === 0) this.#byKey.delete(version.key);
    else this.#byKey.set(version.key, left);
  }

  keys(): readonly string[] {
    return [...this.#byKey.keys()];
  }
}
