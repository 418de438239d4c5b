import { commentedSecret } from './secret-names.ts';
import type { Span } from './yaml-secrets.ts';

/** `//user:password@` of an address, wherever it is; a password may have any sign in it. */
const USER = /(?<=:\/\/)\S*(?=@)/g;

/**
 * The pieces of comments that may be secrets: values of commented-out options, whatever they are, with the lines they
 * go on in, and users of addresses.
 * @param comments of a text whose only line breaks are line feeds, in order
 */
export function secretsInComments(text: string, comments: readonly Span[]): Span[] {
  const found: Span[] = [];
  let open: { readonly indent: number; readonly quote: string; readonly end: number } | undefined;
  for (const { start, end } of comments) {
    const comment = text.slice(start, end).trimEnd();
    const indent = comment.search(/[^#\s]/);
    const follows = open !== undefined && /^[ \t]*\n[ \t]*$/.test(text.slice(open.end, start));
    if (open !== undefined && follows && indent !== -1 && (indent > open.indent || open.quote !== '')) {
      found.push({ start: start + indent, end: start + comment.length });
      const closed = open.quote !== '' && comment.includes(open.quote);
      open = { ...open, quote: closed ? '' : open.quote, end };
      continue;
    }
    open = undefined;
    const secret = commentedSecret(comment);
    const limit = secret?.valueAt ?? comment.length;
    for (const match of comment.slice(0, limit).matchAll(USER)) {
      found.push({ start: start + match.index, end: start + match.index + match[0].length });
    }
    if (secret === undefined) continue;
    const value = comment.slice(secret.valueAt);
    if (!/^(?:|""|''|(["']?)\$\{\w+\}\1)$/.test(value)) {
      found.push({ start: start + secret.valueAt, end: start + comment.length });
    }
    const quote = /^["']/.exec(value)?.[0] ?? '';
    const isOpen = quote !== '' && value.indexOf(quote, 1) === -1;
    open = { indent: secret.nameAt, quote: isOpen ? quote : '', end };
  }
  return found;
}
