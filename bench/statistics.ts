/** The middle of the numbers, between the two middle ones for an even count. @throws when there is none. */
export function median(numbers: readonly number[]): number {
  const sorted = numbers.toSorted((a, b) => a - b);
  const upper = sorted[Math.floor(sorted.length / 2)];
  const lower = sorted[Math.floor((sorted.length - 1) / 2)];
  if (upper === undefined || lower === undefined) throw new Error('no median of no numbers');
  return (upper + lower) / 2;
}

/**
 * The median of the ratios of two series whose members were measured in turn: what slows the
 * machine down for a minute slows both. Members without a partner are left out; undefined when none is left.
 */
export function medianRatio(series: readonly number[], base: readonly number[]): number | undefined {
  const ratios = series.flatMap((one, index) => {
    const other = base[index];
    return other === undefined || other === 0 ? [] : [one / other];
  });
  return ratios.length === 0 ? undefined : median(ratios);
}

/** Three significant digits for people: 0.00412, 1.23, 45.6, 1,234. */
export function figure(value: number): string {
  if (value === 0) return '0';
  const magnitude = Math.floor(Math.log10(Math.abs(value)));
  return value.toLocaleString('en', { maximumFractionDigits: Math.max(0, 2 - magnitude) });
}
