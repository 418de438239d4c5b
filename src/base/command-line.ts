/** The words of a command line, the program first; or what is wrong with it, to complete "must be …". */
export type CommandLine = { readonly words: readonly string[] } | { readonly allowed: string };

/** Of these alone a backslash between double quotes takes the meaning (POSIX.1-2024, Shell Command Language, 2.2.3). */
const ESCAPED_IN_QUOTES = new Set(['$', '`', '"', '\\']);

/**
 * Splits a command line into words by the quoting rules of POSIX shells. No shell sees it: variables, patterns, pipes,
 * redirections and comments are plain text.
 */
export function splitCommandLine(line: string): CommandLine {
  const words: string[] = [];
  let word: string | undefined;
  let quote: '"' | "'" | undefined;
  for (let at = 0; at < line.length; at += 1) {
    const sign = line.charAt(at);
    if (sign === '\0') return { allowed: 'a command line without control characters' };
    if (quote === undefined && /[ \t\r\n]/.test(sign)) {
      if (word !== undefined) words.push(word);
      word = undefined;
      continue;
    }
    if (sign === quote) {
      quote = undefined;
      continue;
    }
    if (quote === undefined && (sign === '"' || sign === "'")) {
      quote = sign;
      word ??= '';
      continue;
    }
    if (sign === '\\' && quote !== "'") {
      const next = line.charAt(at + 1);
      if (next === '' && quote === undefined)
        return { allowed: 'a command line without a backslash at its end' };
      // A line that goes on in the next one.
      if (next === '\n') {
        at += 1;
        continue;
      }
      if (quote === undefined || ESCAPED_IN_QUOTES.has(next)) {
        word = (word ?? '') + next;
        at += 1;
        continue;
      }
    }
    word = (word ?? '') + sign;
  }
  if (quote !== undefined)
    return { allowed: `a command line in which each ${quote} is closed by another one` };
  if (word !== undefined) words.push(word);
  return (words[0] ?? '') === '' ? { allowed: 'a command line that begins with a program' } : { words };
}

/** Whether words mean something to a shell only: `|`, `>file`, `$NAME`, `~/x`, patterns. Nobody meant them as they are. */
export function looksLikeShell(words: readonly string[]): boolean {
  return words.some((word) => /^(\|\|?|&&?|;|\d?>.*|<.*)$|\$[A-Za-z_{(]|`|^~(\/|$)/.test(word));
}
