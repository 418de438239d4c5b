import { unquoted } from './table-name.ts';

/** Spaces and comments, names in quotes, strings, dollar-quoted strings, words and numbers, and any other sign. */
const TOKEN =
  /(\s+|--[^\n]*|\/\*[\s\S]*?\*\/)|("(?:[^"]|"")*")|([eE]?'(?:[^'\\]|''|\\[\s\S])*'|\$(\w*)\$[\s\S]*?\$\4\$)|([\p{L}\p{N}_$]+)|([\s\S])/uy;

interface Token {
  readonly kind: 'name' | 'string' | 'word' | 'sign';
  readonly text: string;
  /** In the statement. */
  readonly start: number;
  readonly end: number;
}

/** What follows the type in the definition of a column. */
const BEHIND_TYPE =
  /^(?:collate|default|not|null|encoding|generated|options|storage|compression|check|constraint|unique|primary|references)$/i;

/** What a definition begins with that is not one of a column. Names like these are in quotes. */
const NO_COLUMN = /^(?:constraint|like|check|unique|primary|foreign|exclude)$/i;

/** Signs that a type may have: `numeric(12,2)[]`, `"My".type`. */
const OF_TYPE = new Set(['(', ')', ',', '[', ']', '.']);

/**
 * The types of the columns in a CREATE TABLE statement as gpbackup writes it, by their names. A column whose type is of
 * no known form is left out: the text goes into another statement. Empty where there are no columns to be seen.
 */
export function columnTypes(statement: string): ReadonlyMap<string, string> {
  const types = new Map<string, string>();
  const tokens = tokensOf(statement);
  const table = tokens.findIndex(({ kind, text }) => kind === 'word' && /^table$/i.test(text));
  const open = tokens.findIndex(({ kind, text }, index) => index > table && kind === 'sign' && text === '(');
  // Between them is a name alone: no PARTITION OF, no OF a type.
  const isPlain = tokens
    .slice(table + 1, open)
    .every(({ kind, text }) => kind === 'name' || kind === 'word' || text === '.');
  if (table < 0 || open < 0 || !isPlain || tokens.slice(table + 1, open).length > 6) return types;
  for (const definition of definitionsOf(tokens.slice(open + 1))) {
    const [first, ...rest] = definition;
    if (first === undefined || (first.kind !== 'name' && first.kind !== 'word')) continue;
    if (first.kind === 'word' && NO_COLUMN.test(first.text)) continue;
    const type = typeOf(statement, rest);
    if (type !== undefined) types.set(unquoted(first.text), type);
  }
  return types;
}

function tokensOf(statement: string): readonly Token[] {
  const tokens: Token[] = [];
  TOKEN.lastIndex = 0;
  for (let match = TOKEN.exec(statement); match !== null; match = TOKEN.exec(statement)) {
    const [text, space, name, string, , word] = match;
    if (space !== undefined) continue;
    const kind =
      name !== undefined ? 'name' : string !== undefined ? 'string' : word !== undefined ? 'word' : 'sign';
    tokens.push({ kind, text, start: match.index, end: match.index + text.length });
  }
  return tokens;
}

/** Cut at the commas that are in no further parentheses or brackets, up to the one that closes the list. */
function definitionsOf(tokens: readonly Token[]): readonly (readonly Token[])[] {
  const definitions: Token[][] = [[]];
  let depth = 0;
  for (const token of tokens) {
    const { kind, text } = token;
    if (kind === 'sign' && text === ')' && depth === 0) return definitions;
    if (kind === 'sign' && (text === '(' || text === '[')) depth += 1;
    if (kind === 'sign' && (text === ')' || text === ']')) depth -= 1;
    if (kind === 'sign' && text === ',' && depth === 0) definitions.push([]);
    else definitions.at(-1)?.push(token);
  }
  return [];
}

function typeOf(statement: string, tokens: readonly Token[]): string | undefined {
  let depth = 0;
  let end = 0;
  for (const { kind, text } of tokens) {
    if (kind === 'word' && depth === 0 && BEHIND_TYPE.test(text)) break;
    if (kind === 'string' || (kind === 'sign' && !OF_TYPE.has(text))) return undefined;
    if (text === '(') depth += 1;
    if (text === ')') depth -= 1;
    if (depth < 0) return undefined;
    end += 1;
  }
  const [first, last] = [tokens[0], tokens[end - 1]];
  if (first === undefined || last === undefined || depth !== 0) return undefined;
  const type = statement.slice(first.start, last.end);
  // A comment in it would need a line end.
  return /--|\/\*|[\r\n]/.test(type) ? undefined : type;
}
