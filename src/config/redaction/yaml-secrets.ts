import {
  type Document,
  isAlias,
  isMap,
  isScalar,
  Lexer,
  type ParsedNode,
  parseAllDocuments,
  visit,
} from 'yaml';
import { variableOf } from '../outside/reference.ts';
import { isHarmless, READING } from '../yaml-text.ts';
import { sensitivityOf, tellsMore } from './secret-names.ts';

/** A piece of a text: from one offset to before another. */
export interface Span {
  readonly start: number;
  readonly end: number;
}

/** What a YAML text is made of, as far as secrets can be in it. */
export interface YamlParts {
  /** Where the values are that are secrets by their name, and what they are. */
  readonly secrets: readonly (Span & { readonly value: string })[];
  /** Every other value and key, with what it means. */
  readonly scalars: readonly (Span & { readonly value: string; readonly isKey: boolean })[];
  /** From `#` to before the line's end. */
  readonly comments: readonly Span[];
}

/** Why a text can't be taken apart, in words that complete "because …". */
export class UnreadableError extends Error {}

/**
 * Takes a text of one or more YAML documents apart.
 * @param text with line feeds as its only line breaks
 * @throws {UnreadableError} when a part of it can't be understood.
 */
export function partsOf(text: string): YamlParts {
  const secrets: (Span & { value: string })[] = [];
  const scalars: (Span & { value: string; isKey: boolean })[] = [];
  const documents = parseAllDocuments(text, READING);
  if (!Array.isArray(documents)) return { secrets, scalars, comments: commentsOf(text) };
  for (const document of documents) {
    if (document.errors.some((error) => !isHarmless(error)))
      throw new UnreadableError('it is not valid YAML');
    visit(document, {
      Pair(_, pair) {
        const name = textOf(pair.key, document);
        if (name === undefined) return;
        const kind = sensitivityOf(name);
        if (kind === 'none' || pair.value === null) return;
        for (const node of nodesOf(pair.value, document)) {
          const value = textOf(node, document);
          if (value === undefined) {
            throw new UnreadableError('the value of a secret is not a single text');
          }
          // The name of a variable is not what is in it.
          if (value === '' || variableOf(value) !== undefined) continue;
          if (kind === 'address' && !tellsMore(value)) continue;
          secrets.push({ ...spanOf(node, text), value });
        }
      },
      Scalar(key, node) {
        scalars.push({ ...spanOf(node, text), value: String(node.value), isKey: key === 'key' });
      },
    });
  }
  const marked = new Set(secrets.map(({ start }) => start));
  return {
    secrets: [...new Map(secrets.map((secret) => [secret.start, secret])).values()],
    scalars: scalars.filter(({ start }) => !marked.has(start)),
    comments: commentsOf(text),
  };
}

/** The value itself, or each value of a map. */
function nodesOf(value: unknown, document: Document<ParsedNode>): readonly unknown[] {
  const node = isAlias(value) ? value.resolve(document) : value;
  if (!isMap(node)) return [node];
  return node.items.map((item) => (isAlias(item.value) ? item.value.resolve(document) : item.value));
}

function textOf(node: unknown, document: Document<ParsedNode>): string | undefined {
  const meant = isAlias(node) ? node.resolve(document) : node;
  if (!isScalar(meant)) return undefined;
  return typeof meant.value === 'string' ? meant.value : '';
}

function spanOf(node: unknown, text: string): Span {
  if (!isScalar(node) || !node.range) throw new UnreadableError('the place of a secret is not known');
  const [start, end] = node.range;
  // A block's range includes its last line break, which is not part of the value.
  return { start, end: start + text.slice(start, end).trimEnd().length };
}

/** Signs that the lexer puts in for what has no text: the start of a document, of a scalar, the end of a flow. */
const SIGNS = new Set(['\u0002', '\u0018', '\u001f']);
const SCALAR_FOLLOWS = '\u001f';

function commentsOf(text: string): Span[] {
  const comments: Span[] = [];
  let at = 0;
  let before = '';
  for (const token of new Lexer().lex(text)) {
    if (!SIGNS.has(token)) {
      if (token.startsWith('#') && before !== SCALAR_FOLLOWS)
        comments.push({ start: at, end: at + token.length });
      at += token.length;
    }
    before = token;
  }
  if (at !== text.length) throw new UnreadableError("its comments can't be told from its values");
  return comments;
}
