const UNITS: Readonly<Record<string, number>> = {
  ms: 1,
  s: 1000,
  '': 1000,
  m: 60_000,
  min: 60_000,
  h: 3_600_000,
  d: 86_400_000,
};

/** Milliseconds of `10m`, `600s`, `600` (seconds), `500ms`, `1h`, `30d`; undefined if the text is not a duration. */
export function parseDuration(text: string): number | undefined {
  const match = /^\s*(\d+)\s*(ms|s|m|min|h|d)?\s*$/i.exec(text);
  if (match === null) return undefined;
  const [, digits = '', unit = ''] = match;
  const milliseconds = Number(digits) * (UNITS[unit.toLowerCase()] ?? 1);
  return Number.isSafeInteger(milliseconds) ? milliseconds : undefined;
}

/** A duration for people: `90 s`, `10 min`, `350 ms`. */
export function formatDuration(milliseconds: number): string {
  if (milliseconds < 1000) return `${Math.round(milliseconds)} ms`;
  if (milliseconds >= 2 * 86_400_000 && milliseconds % 86_400_000 === 0)
    return `${milliseconds / 86_400_000} d`;
  if (milliseconds >= 120_000) return `${Number((milliseconds / 60_000).toFixed(1))} min`;
  return `${Number((milliseconds / 1000).toFixed(1))} s`;
}
