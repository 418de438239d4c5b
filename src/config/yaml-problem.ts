import type { ErrorCode, YAMLError } from 'yaml';

/**
 * What is wrong with a YAML text and where, in a line of plain English; never with the text at that place, which may
 * be a secret.
 */
export function yamlProblem({ code, message, pos }: YAMLError, text: string): string {
  const before = text.slice(0, pos[0]).split('\n');
  const place = `line ${before.length}, column ${(before.at(-1) ?? '').length + 1}`;
  return `not valid YAML at ${place}: ${byMessage(code, message) ?? BY_CODE[code] ?? "it can't be read"}`;
}

/** One code covers several mistakes; the library's sentences distinguish them. */
function byMessage(code: ErrorCode, message: string): string | undefined {
  if (code === 'MISSING_CHAR') {
    if (message.startsWith('Missing closing')) return 'the quote at the end of a value is missing';
    if (message.startsWith('Implicit map keys'))
      return 'a line must be "name: value", and this one has no colon';
    if (message.startsWith('Flow map')) return 'the } at the end is missing';
    if (message.startsWith('Flow sequence')) return 'the ] at the end is missing';
  }
  if (code === 'BAD_INDENT' && message.startsWith('Flow')) return 'the } or ] at the end is missing';
  return undefined;
}

const UNEXPECTED = 'unexpected text: a value with special characters needs quotes';

const BY_CODE: Partial<Readonly<Record<ErrorCode, string>>> = {
  BAD_ALIAS: 'a value that begins with * or & needs quotes',
  BAD_DIRECTIVE: 'a line that begins with % is not expected',
  BAD_DQ_ESCAPE: 'a backslash in double quotes: write \\\\ or use single quotes',
  BAD_INDENT: 'the lines below "options:" must begin with the same number of spaces',
  BAD_PROP_ORDER: 'a value that begins with * or & needs quotes',
  BAD_SCALAR_START: 'a value that begins with @, ` or % needs quotes',
  BLOCK_AS_IMPLICIT_KEY: 'a second ": " in one line: put the value in quotes',
  BLOCK_IN_FLOW: 'lines with "name: value" and values in brackets are mixed',
  MISSING_CHAR: 'a character is missing',
  MULTILINE_IMPLICIT_KEY: 'a name continues on the next line: is a colon or a quote missing?',
  MULTIPLE_ANCHORS: 'a value that begins with & needs quotes',
  MULTIPLE_TAGS: 'a value that begins with ! needs quotes',
  TAB_AS_INDENT: 'a tab at the beginning of a line: use spaces',
  TAG_RESOLVE_FAILED: 'a value that begins with ! needs quotes',
  UNEXPECTED_TOKEN: UNEXPECTED,
};
