/** Escapes of a double-quoted scalar (YAML 1.2.2, section 5.7), but for those with numbers. */
const ESCAPES: Readonly<Record<string, string>> = {
  '0': '\0',
  a: '\u0007',
  b: '\b',
  t: '\t',
  n: '\n',
  v: '\v',
  f: '\f',
  r: '\r',
  e: '\u001b',
  N: '\u0085',
  _: '\u00a0',
  L: '\u2028',
  P: '\u2029',
};

/**
 * The value of a scalar as Go's YAML library writes it: plain, in single or in double quotes, and broken into lines
 * where it has spaces and is long (YAML 1.2.2, section 7.3).
 * @param lines the text behind the field's colon, and the lines that go on with it
 */
export function scalarOf(lines: readonly string[]): string {
  const [first = ''] = lines;
  const text = first.trimStart();
  if (text.startsWith('"')) return doubleQuoted(lines);
  const joined = folded(lines.map((line) => line.trim()));
  if (text.startsWith("'")) return joined.replace(/^'|'$/g, '').replaceAll("''", "'");
  return joined;
}

/** One line break is a space; each further one is a line break. */
function folded(lines: readonly string[]): string {
  let text = lines[0] ?? '';
  let breaks = 0;
  for (const line of lines.slice(1)) {
    if (line === '') {
      breaks += 1;
      continue;
    }
    text += breaks === 0 ? ` ${line}` : '\n'.repeat(breaks) + line;
    breaks = 0;
  }
  return text;
}

function doubleQuoted(lines: readonly string[]): string {
  let text = '';
  const pending: string[] = [];
  for (const line of lines.map((each) => each.trim())) {
    // An odd number of backslashes at the end: the line break is not part of the text.
    const isEscaped = (/\\*$/.exec(line)?.[0].length ?? 0) % 2 === 1;
    pending.push(isEscaped ? line.slice(0, -1) : line);
    if (!isEscaped) continue;
    text += folded(pending.splice(0));
  }
  text += folded(pending);
  return text
    .replace(/^"|"$/g, '')
    .replace(
      /\\(?:x([0-9a-fA-F]{2})|u([0-9a-fA-F]{4})|U([0-9a-fA-F]{8})|(.))/g,
      (_, x, u, U, sign: string) => {
        const digits = (x ?? u ?? U) as string | undefined;
        if (digits === undefined) return ESCAPES[sign] ?? sign;
        const code = Number.parseInt(digits, 16);
        return code > 0x10ffff ? '\ufffd' : String.fromCodePoint(code);
      },
    );
}
