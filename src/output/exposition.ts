/** A value of a metric, with its labels in their order. */
export interface Sample {
  readonly labels: Readonly<Record<string, string>>;
  readonly value: number;
}

/** A metric as Prometheus knows it: one name, its meaning, and its samples. */
export interface Metric {
  readonly name: string;
  readonly help: string;
  readonly type: 'gauge' | 'counter';
  readonly samples: readonly Sample[];
}

/**
 * Metrics in the text format of Prometheus (Exposition formats, text-based format 0.0.4), a metric at a time. One
 * without samples is left out.
 */
export function* exposition(metrics: readonly Metric[]): Generator<string> {
  for (const { name, help, type, samples } of metrics) {
    if (samples.length === 0) continue;
    const lines = samples.map(({ labels, value }) => `${name}${labelText(labels)} ${valueText(value)}\n`);
    yield `# HELP ${name} ${escapeHelp(help)}\n# TYPE ${name} ${type}\n${lines.join('')}`;
  }
}

function labelText(labels: Readonly<Record<string, string>>): string {
  const pairs = Object.entries(labels).map(([name, value]) => `${name}="${escapeLabel(value)}"`);
  return pairs.length === 0 ? '' : `{${pairs.join(',')}}`;
}

/** Of a value: backslash, double quote and line feed; all other signs are taken as they are, in UTF-8. */
function escapeLabel(value: string): string {
  return escapeHelp(value.toWellFormed()).replaceAll('"', '\\"');
}

function escapeHelp(text: string): string {
  return text.replaceAll('\\', '\\\\').replaceAll('\n', '\\n');
}

/** A number as Go reads it. */
function valueText(value: number): string {
  if (Number.isNaN(value)) return 'NaN';
  if (!Number.isFinite(value)) return value > 0 ? '+Inf' : '-Inf';
  return String(value);
}
