import type { Secret } from '../../base/secret.ts';
import { hasControlCharacters, withLineFeeds } from '../yaml-text.ts';
import { secretsInComments } from './comments.ts';
import { leaks } from './leak.ts';
import { commentedSecret } from './secret-names.ts';
import { partsOf, type Span, UnreadableError, type YamlParts } from './yaml-secrets.ts';

/** What replaces a secret in the bucket's copy. */
export const REDACTED_VALUE = '"[redacted by gpbackup_s3_plugin]"';
const MARK = REDACTED_VALUE.slice(1, -1);

/** Shorter secrets are part of too many words: where one is left, the whole text goes. */
const SHORTEST_WORD = 4;
/** What the file calls a secret but was not loaded: shorter ones may be anything. */
const LONG_WORD = 8;

export interface Redacted {
  readonly text: string;
  /** Why nothing of the file is left, in words that complete "because …". */
  readonly nothingLeft?: string;
}

/**
 * The text of a config file with the values of secrets replaced, every other byte as it was. Secrets are: the options
 * defined as such and those named like one, wherever they are and also when commented out; addresses with a user,
 * a query or a token in them; and `secrets`, wherever and however they are written.
 *
 * Never throws. A text in which not each of them can be found is replaced as a whole by a comment that says so: gpbackup
 * hands this file over when all data is stored, and nothing reads more of it than that it is there.
 * @param secrets of the loaded config; none of them can be read out of the result
 */
export function redactConfig(bytes: Uint8Array, secrets: readonly Secret[]): Redacted {
  const known = secrets.map((secret) => secret.reveal()).filter((secret) => secret.trim() !== '');
  try {
    const text = textOf(bytes);
    const parts = partsOf(withLineFeeds(text));
    // An old value that is still written in a comment as well is as secret as the loaded one.
    const ownValues = parts.secrets.map(({ value }) => value).filter((value) => value.length >= LONG_WORD);
    const all = [...known, ...ownValues];
    const redacted = redactText(text, parts, all);
    partsOf(withLineFeeds(redacted));
    // Between marks nothing may grow together to a secret.
    if (leaks(redacted.replaceAll(MARK, '\u0000'), all)) {
      throw new UnreadableError('it contains a secret at an unexpected place');
    }
    return { text: redacted };
  } catch (error) {
    const why = error instanceof UnreadableError ? error.message : "it can't be read";
    const text = `# gpbackup_s3_plugin: the config file is not stored here, because its secrets could not be replaced one by one (${why})\n`;
    return { text, nothingLeft: why };
  }
}

function textOf(bytes: Uint8Array): string {
  let text: string;
  try {
    text = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch {
    throw new UnreadableError('it is not UTF-8');
  }
  if (hasControlCharacters(text)) throw new UnreadableError('it contains control characters');
  return text;
}

function redactText(original: string, parts: YamlParts, all: readonly string[]): string {
  const text = withLineFeeds(original);
  const { secrets, scalars, comments } = parts;
  const words = all.map((secret) => secret.trim()).filter((secret) => secret.length >= SHORTEST_WORD);
  const values = scalars.filter(
    ({ value, isKey }) => !isKey && (leaks(value, words) || commentedSecret(value) !== undefined),
  );
  const edits: (Span & { readonly by: string })[] = [];
  for (const { start, end } of [...secrets, ...values]) edits.push({ start, end, by: REDACTED_VALUE });
  for (const { start, end } of secretsInComments(text, comments)) edits.push({ start, end, by: MARK });
  for (const comment of comments) {
    const inComment = edits.filter(({ start }) => start >= comment.start && start < comment.end);
    for (const span of wordsIn(text, comment, words)) {
      if (!inComment.some(({ start, end }) => span.start < end && start < span.end)) {
        edits.push({ ...span, by: MARK });
      }
    }
  }
  let redacted = original;
  for (const { start, end, by } of edits.toSorted((a, b) => b.start - a.start)) {
    redacted = redacted.slice(0, start) + by + redacted.slice(end);
  }
  return redacted;
}

/** Where the words are in a piece of the text; overlapping ones as one. */
function wordsIn(text: string, within: Span, words: readonly string[]): Span[] {
  const piece = text.slice(within.start, within.end);
  const found: Span[] = [];
  for (const word of words) {
    for (let at = piece.indexOf(word); at !== -1; at = piece.indexOf(word, at + 1)) {
      found.push({ start: within.start + at, end: within.start + at + word.length });
    }
  }
  const merged: Span[] = [];
  for (const span of found.toSorted((a, b) => a.start - b.start)) {
    const last = merged.at(-1);
    if (last !== undefined && span.start <= last.end) {
      merged[merged.length - 1] = { start: last.start, end: Math.max(last.end, span.end) };
    } else merged.push(span);
  }
  return merged;
}
