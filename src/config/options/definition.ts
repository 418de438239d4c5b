import type { ValuePattern } from '../patterns.ts';

/**
 * The one definition of every option under `options:` of the config file. Reading, checking, the JSON Schema
 * and the table in docs/options.md are all made from it.
 */
export interface OptionDefinition {
  readonly kind:
    | 'text'
    | 'secret'
    | 'on/off'
    | 'true/false'
    | 'size'
    | 'count'
    | 'choice'
    | 'duration'
    | 'url'
    /** A command line, started without a shell; it may contain a secret. */
    | 'command'
    /** `name=value,name=value`, or a map in YAML or JSON. */
    | 'map'
    | 'secret map'
    /** Bytes a second, or a timetable of them. */
    | 'rate';
  /** The value in force when the option is absent, as one would write it; absent: no default. */
  readonly fallback?: string;
  readonly required?: true;
  readonly choices?: readonly string[];
  /** Inclusive bounds: bytes, a number, or milliseconds, as the kind says. */
  readonly minimum?: number;
  readonly maximum?: number;
  /**
   * A value outside these bounds works with the Go plugin, where it means what it says: here the bound is used then, and
   * the log says so.
   */
  readonly clamped?: 'above' | 'above and below';
  /** 0 means the same as no value, as in the Go plugin. */
  readonly zeroIsUnset?: true;
  /**
   * What a text or an address must look like, for the reader and for the JSON Schema, whose patterns have no flags: both
   * cases of a letter are spelt out.
   */
  readonly pattern?: ValuePattern;
  /** Where the option comes from: all plugins of the family, one fork, gpbackup itself, or this plugin. */
  readonly origin: 'family' | 'fork' | 'gpbackup' | 'new';
  readonly summary: string;
}

/** Keeps the literal types of a group of options. */
export const defineOptions = <const T extends Record<string, OptionDefinition>>(table: T): T => table;
