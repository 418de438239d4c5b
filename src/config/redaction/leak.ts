/**
 * Whether one of the secrets can be read out of a text: as it is, or written as a URL, JSON, YAML or base64 writes it,
 * or over several lines.
 */
export function leaks(text: string, secrets: readonly string[]): boolean {
  const views = viewsOf(text);
  return secrets.some((secret) => formsOf(secret).some((form) => views.some((view) => view.includes(form))));
}

/** The same text with each way of writing a character in another way undone. */
function viewsOf(text: string): readonly string[] {
  const decoded = percentDecoded(text);
  const bases = [text, decoded, percentDecoded(decoded), decoded.replaceAll('+', ' ')];
  const plain = bases.flatMap((base) => [base, unescaped(base), base.replaceAll("''", "'")]);
  return [...new Set(plain.flatMap((view) => [view, onOneLine(view)]))];
}

function formsOf(secret: string): readonly string[] {
  const trimmed = secret.trim();
  if (trimmed === '') return [];
  const bytes = Buffer.from(secret);
  const forms = [secret, trimmed, onOneLine(trimmed)];
  // In base64 a text looks different at each of three places; its neighbours change the outer letters.
  if (bytes.length >= 6) {
    for (const before of [0, 1, 2]) {
      const letters = Buffer.concat([Buffer.alloc(before), bytes]).toString('base64');
      const changed = Math.ceil((before * 8) / 6);
      forms.push(letters.slice(changed, changed + Math.floor((bytes.length * 8 - 6) / 6)));
    }
  }
  return forms;
}

function percentDecoded(text: string): string {
  return text.replaceAll(/(?:%[0-9A-Fa-f]{2})+/g, (run) =>
    Buffer.from(run.replaceAll('%', ''), 'hex').toString('utf8'),
  );
}

const SHORT: Readonly<Record<string, string>> = { n: '\n', r: '\r', t: '\t', '0': '\0' };

/** Undoes the escapes of YAML's and JSON's double quotes, and joins lines that end in one. */
function unescaped(text: string): string {
  return text.replaceAll(
    /\\(?:x([0-9A-Fa-f]{2})|u([0-9A-Fa-f]{4})|U([0-9A-Fa-f]{8})|u\{([0-9A-Fa-f]{1,6})\}|[\r\n]+[ \t#]*|([\s\S]))/g,
    (_, x?: string, u?: string, long?: string, braces?: string, sign?: string) => {
      const hex = x ?? u ?? long ?? braces;
      if (hex !== undefined) {
        const point = Number.parseInt(hex, 16);
        return point > 0x10_ff_ff ? '' : String.fromCodePoint(point);
      }
      return sign === undefined ? '' : (SHORT[sign] ?? sign);
    },
  );
}

/** Line breaks, with the spaces and comment signs around them, as one space. */
function onOneLine(text: string): string {
  return text.replaceAll(/[ \t]*[\r\n\u0085\u2028\u2029][\s#]*/g, ' ');
}
