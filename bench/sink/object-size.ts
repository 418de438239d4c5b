import { GiB, MiB, TiB } from '../../src/base/bytes.ts';

const UNITS: Readonly<Record<string, number>> = { B: 1, KiB: 1024, MiB, GiB, TiB };

/** The size that a key announces at its end, as in `…/table-4GiB`; undefined when it announces none. */
export function sizeInKey(key: string): number | undefined {
  const [, count = '', unit = ''] = /-(\d{1,16})(B|KiB|MiB|GiB|TiB)$/.exec(key) ?? [];
  const bytes = Number(count) * (UNITS[unit] ?? Number.NaN);
  return Number.isSafeInteger(bytes) ? bytes : undefined;
}

/** The end of a key whose object shall have `bytes` bytes, in the largest unit that tells them exactly. */
export function keySuffix(bytes: number): string {
  const [unit, size] = Object.entries(UNITS).findLast(([, one]) => bytes % one === 0 && bytes >= one) ?? [
    'B',
    1,
  ];
  return `-${bytes / size}${unit}`;
}
