import { replaceControls } from '../../base/control-characters.ts';

/** A piece of a page: text of others can't be in it but escaped. */
export class Html {
  readonly text: string;

  constructor(text: string) {
    this.text = text;
  }

  toString(): string {
    return this.text;
  }
}

export type Part = Html | string | number | undefined | readonly Part[];

/** Makes a piece of a page; what is put in is escaped, unless it is one. Undefined is nothing. */
export function html(pieces: TemplateStringsArray, ...parts: readonly Part[]): Html {
  let text = pieces[0] ?? '';
  for (const [index, part] of parts.entries()) text += textOf(part) + (pieces[index + 1] ?? '');
  return new Html(text);
}

function textOf(part: Part): string {
  if (part === undefined) return '';
  if (part instanceof Html) return part.text;
  if (typeof part === 'object') return part.map(textOf).join('');
  return escapeHtml(String(part));
}

/** For elements and for attributes in double quotes. Control characters, also those that turn text, become visible. */
export function escapeHtml(text: string): string {
  return visible(text)
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')
    .replaceAll('"', '&quot;')
    .replaceAll("'", '&#39;');
}

/** Characters that change the direction of the text around them, or have no width (Unicode, UAX 9 and category Cf). */
const TURNING = /[\u061C\u200B-\u200F\u202A-\u202E\u2060-\u2069\uFEFF]/g;

/** Text of others on one line, with nothing in it that is not seen. */
function visible(text: string): string {
  return replaceControls(text.toWellFormed(), escaped).replace(TURNING, escaped);
}

function escaped(character: string): string {
  return `\\u${(character.codePointAt(0) ?? 0).toString(16).padStart(4, '0')}`;
}

/** Data for a `script` element of a page: no sign in it ends the element or begins a comment. */
export function jsonForScript(data: unknown): Html {
  return new Html(JSON.stringify(data).replace(/[<>&\u2028\u2029]/g, escaped));
}
