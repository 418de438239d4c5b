export const KiB = 1024;
export const MiB = 1024 * KiB;
export const GiB = 1024 * MiB;
export const TiB = 1024 * GiB;

const UNITS: Readonly<Record<string, number>> = { '': 1, B: 1, K: KiB, M: MiB, G: GiB, T: TiB };

/**
 * Bytes of a size as the S3 plugin family writes it: `500MB`, `10 MB`, `1GB`, `10M`, `10MiB`, `5242880`,
 * `1.5GB`, `10 megabytes`, in any case. Multiples are binary whatever the spelling, as in the Go plugin.
 * Undefined if the text is not a size, or not an integer number of bytes that a double represents exactly.
 */
export function parseSize(text: string): number | undefined {
  const match = /^\s*(\d+(?:\.\d+)?)\s*(?:([KMGT]?)(I?B)?|(KILO|MEGA|GIGA|TERA)?BYTES?)\s*$/i.exec(text);
  if (match === null) return undefined;
  const [, digits = '', short = '', suffix = '', long = ''] = match;
  const letter = short === '' ? long.slice(0, 1) : short;
  if (letter === '' && /^IB$/i.test(suffix)) return undefined;
  const unit = UNITS[letter.toUpperCase()] ?? 1;
  const bytes = Math.round(Number(digits) * unit);
  return Number.isSafeInteger(bytes) ? bytes : undefined;
}

/** A size for people: the largest binary unit that divides it, or one decimal. */
export function formatSize(bytes: number): string {
  const steps: readonly (readonly [string, number])[] = [
    ['TB', TiB],
    ['GB', GiB],
    ['MB', MiB],
    ['KB', KiB],
  ];
  for (const [name, unit] of steps) {
    if (bytes >= unit) return `${Number((bytes / unit).toFixed(1))}${name}`;
  }
  return `${bytes}B`;
}
