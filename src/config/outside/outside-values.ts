import { printable } from '../../base/printable.ts';
import type { RawConfig } from '../raw-config.ts';

/** A text of any length less than this may be part of any message. */
const LONG = 8;

/** The options of a file while values from outside are put into it, and what is found on the way. */
export class OutsideValues {
  readonly options: Map<string, string>;
  readonly problems: string[] = [];
  /** For whoever sets a backup up. */
  readonly warnings: string[] = [];
  /** What to do about the last problem. */
  hint: string | undefined;
  /** Options whose value can't be had. */
  readonly #missing = new Set<string>();
  /** By option: the value that was put there, and what is written in the file in its place. */
  readonly #put = new Map<string, { readonly value: string; readonly written: string }>();

  constructor({ options }: RawConfig) {
    this.options = new Map(options);
  }

  /** The option's text; undefined when it is not set. */
  get(name: string): string | undefined {
    const text = this.options.get(name);
    return text === undefined || text.trim() === '' ? undefined : text;
  }

  /** @param written what messages show in place of the value */
  put(name: string, value: string, written: string): void {
    this.options.set(name, value);
    this.#put.set(name, { value, written });
  }

  /** Whether the option's value is from outside. */
  isFromOutside(name: string): boolean {
    return this.#put.has(name);
  }

  /** The option has no value. Problems that come of that are not told. */
  miss(name: string, problem?: string): void {
    this.options.delete(name);
    this.#missing.add(name);
    if (problem !== undefined) this.problems.push(problem);
  }

  /** Without those that only come of a missing value. */
  relevant(texts: readonly string[]): readonly string[] {
    return texts.filter((text) => ![...this.#missing].some((name) => text.includes(`"${name}"`)));
  }

  /** The same texts with what is written in the file in place of values from outside: any of those may be secret. */
  withoutValues(texts: readonly string[]): readonly string[] {
    return texts.map((text) => this.#withoutValue(text));
  }

  #withoutValue(problem: string): string {
    let told = problem;
    for (const [name, { value, written: text }] of this.#put) {
      if (!told.includes(`"${name}"`)) continue;
      const written = printable(text);
      told = told.replaceAll(`"${printable(value)}"`, () => `"${written}"`);
      if (value.length >= LONG) told = told.replaceAll(value, () => written);
    }
    return told;
  }
}
