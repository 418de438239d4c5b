import { cpus, release, totalmem } from 'node:os';
import { GiB } from '../src/base/bytes.ts';

/** What figures depend on; nothing that names the machine. */
export interface Machine {
  readonly cores: number;
  readonly processor: string;
  /** GB */
  readonly memory: number;
  readonly kernel: string;
}

export function thisMachine(): Machine {
  const all = cpus();
  return {
    cores: all.length,
    processor: all[0]?.model.trim() ?? 'unknown',
    memory: Math.round(totalmem() / GiB),
    // What follows the version number is the builder's own.
    kernel: /^[\d.]+/.exec(release())?.[0] ?? 'unknown',
  };
}

export function isSameMachine(one: Machine, other: Machine): boolean {
  return (Object.keys(one) as (keyof Machine)[]).every((name) => one[name] === other[name]);
}
