import { withoutUrlSecrets } from './plugin-error.ts';
import { printable } from './printable.ts';

const HIDDEN = '…';
const SECRET_NAME = String.raw`[\w-]*(?:secret|passw|passphrase|token|credential|authorization)[\w-]*`;
/** `password=x`, `"SecretAccessKey": "x"`, `--token x`, `Bearer x`: what is behind the name. */
const NAMED = new RegExp(
  String.raw`(${SECRET_NAME}["']?\s*=\s*["']?|${SECRET_NAME}["']?\s*:\s*["']|--${SECRET_NAME}\s+["']?|\b(?:bearer|basic)\s+)[^\s"',;&]+`,
  'gi',
);
/** `token: x1y2`, but not `token: expired`. */
const TOLD = new RegExp(String.raw`(${SECRET_NAME}:\s+)(?![a-z]+\b(?![\w/+=-]))[^\s"',;&]+`, 'gi');
/** A secret key of AWS's or a token: nothing else is that long, of these signs, and no path from the root. */
const LONG = /(?<![\w+/=-])(?=[\w+/=-]*\d)(?=[\w+/=-]*[A-Za-z])[\w+=-][\w+/=-]{31,}/g;
/** Fewer signs than this may be any word. */
const SHORTEST = 6;

/**
 * The first line that a command wrote to stderr, as a message may show it: short, and without what looks like a secret,
 * be it of the command's arguments, or of what it printed as its output.
 */
export function shownError(errors: string, output: string, words: readonly string[]): string {
  const [first = ''] = errors.trim().split(/\r|\n/);
  let line = first.slice(0, 2000);
  for (const text of [...valuesOf(output), ...secretArguments(words)]) {
    if (text.length >= SHORTEST) line = line.replaceAll(text, HIDDEN);
  }
  line = withoutUrlSecrets(line)
    .replace(NAMED, `$1${HIDDEN}`)
    .replace(TOLD, `$1${HIDDEN}`)
    .replace(LONG, HIDDEN);
  return printable(line);
}

/** The texts of a JSON document, or each line of any other output. */
function valuesOf(output: string): string[] {
  const texts = [...output.matchAll(/:\s*"((?:[^"\\]|\\.)*)"/g)].map(([, text = '']) => text);
  return texts.length > 0 ? texts : output.split(/\r|\n/).map((line) => line.trim());
}

/** Arguments that may be a secret: not an option, a path or a plain word, unless the option before it says so. */
function secretArguments(words: readonly string[]): string[] {
  return words.slice(1).flatMap((word, index) => {
    const [, name = words[index] ?? '', value = word] = /^(--?[\w-]+)=(.+)$/.exec(word) ?? [];
    const isNamed = /^--?\w*[\w-]*(pass|secret|token|key|cred|auth)/i.test(name) && !value.startsWith('-');
    const isPlain = /^(-|\.{0,2}\/)|^[a-z/_.-]+$/.test(value);
    return isNamed || !isPlain ? [value] : [];
  });
}
