/** A value as Prometheus would take it in. */
export interface ParsedSample {
  readonly name: string;
  readonly labels: Readonly<Record<string, string>>;
  readonly value: number;
}

const NAME = /^[a-zA-Z_:][a-zA-Z0-9_:]*$/;

/**
 * Reads the text format of Prometheus more strictly than Prometheus does (Exposition formats, text-based format 0.0.4;
 * `promtool check metrics`): each metric once, in one piece, with HELP and TYPE in front; each line ended; no sample
 * twice; no time; no unknown escape; a unit that is Prometheus's own at the end of the name of what has one.
 * @throws with the line that is wrong
 */
export function parsePrometheusText(text: string): readonly ParsedSample[] {
  if (text !== '' && !text.endsWith('\n')) throw new Error('the last line has no end');
  const samples: ParsedSample[] = [];
  const seen = new Set<string>();
  const done = new Set<string>();
  let current: string | undefined;
  let expected: 'HELP' | 'TYPE' | 'sample' = 'HELP';
  for (const line of text.split('\n').slice(0, -1)) {
    const wrong = (why: string): Error => new Error(`${why}: ${JSON.stringify(line)}`);
    if (/[\r\0]/.test(line)) throw wrong('a control character');
    const [, word, name = '', rest = ''] = /^# (HELP|TYPE) (\S+) (.+)$/.exec(line) ?? [];
    if (word === 'HELP') {
      if (expected === 'TYPE' || !NAME.test(name) || done.has(name)) throw wrong('HELP out of place');
      unescaped(rest, /\\(?:\\|n)/y, wrong);
      done.add(name);
      [current, expected] = [name, 'TYPE'];
    } else if (word === 'TYPE') {
      if (expected !== 'TYPE' || name !== current) throw wrong('TYPE out of place');
      if (!['gauge', 'counter'].includes(rest)) throw wrong('unknown type');
      expected = 'sample';
    } else {
      const sample = sampleOf(line, wrong);
      if (expected !== 'sample' || sample.name !== current) throw wrong('a sample out of place');
      const id = JSON.stringify([
        sample.name,
        Object.keys(sample.labels)
          .toSorted()
          .map((label) => [label, sample.labels[label]]),
      ]);
      if (seen.has(id)) throw wrong('the same sample twice');
      seen.add(id);
      samples.push(sample);
    }
  }
  if (expected === 'TYPE') throw new Error('HELP without a TYPE at the end');
  return samples;
}

function sampleOf(line: string, wrong: (why: string) => Error): ParsedSample {
  const [start = '', name = '', brace] = /^([a-zA-Z_:][a-zA-Z0-9_:]*)(\{)?/.exec(line) ?? [];
  if (start === '') throw wrong('no name');
  const labels: Record<string, string> = {};
  const behind = line.slice(start.length);
  const rest = brace === undefined ? behind : readLabels(behind, labels, wrong);
  const value = / (-?\d+(?:\.\d+)?(?:e[+-]?\d+)?|NaN|[+-]Inf)$/.exec(rest)?.[0];
  if (value === undefined || rest !== `${brace === undefined ? '' : '}'}${value}`)
    throw wrong('a wrong value');
  return { name, labels, value: Number(value.trim().replace('Inf', 'Infinity')) };
}

/** Reads what is in front of the closing brace into `labels`, and gives what follows, the brace first. */
function readLabels(text: string, labels: Record<string, string>, wrong: (why: string) => Error): string {
  let rest = text;
  while (!rest.startsWith('}')) {
    const [all = '', label = '', value = ''] =
      /^([a-zA-Z_][a-zA-Z0-9_]*)="((?:[^"\\]|\\.)*)",?/.exec(rest) ?? [];
    if (all === '' || label.startsWith('__') || Object.hasOwn(labels, label)) throw wrong('a wrong label');
    if (value === '') throw wrong('an empty label');
    labels[label] = unescaped(value, /\\(?:\\|n|")/y, wrong);
    rest = rest.slice(all.length);
  }
  return rest;
}

function unescaped(text: string, known: RegExp, wrong: (why: string) => Error): string {
  let result = '';
  for (let at = 0; at < text.length; at += 1) {
    if (text[at] !== '\\') {
      result += text[at];
      continue;
    }
    known.lastIndex = at;
    const [escape = ''] = known.exec(text) ?? [];
    if (escape === '') throw wrong('an unknown escape');
    result += escape === '\\n' ? '\n' : escape.slice(1);
    at += escape.length - 1;
  }
  return result;
}
