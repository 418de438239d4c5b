/** `${NAME}` as a whole value: the variable of that name in the environment. Anything around it makes it a plain text. */
export const REFERENCE = '^\\$\\{[A-Za-z_][A-Za-z0-9_]*\\}$';

/** The variable that a value refers to; undefined for a value that is its own. */
export function variableOf(text: string): string | undefined {
  return new RegExp(REFERENCE).test(text) ? text.slice(2, -1) : undefined;
}
