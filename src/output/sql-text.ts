/** A string constant of SQL. With a backslash it is an escape string, which means the same whatever the server's settings. */
export function sqlString(text: string): string {
  const quoted = `'${text.replaceAll("'", "''")}'`;
  return text.includes('\\') ? `E${quoted.replaceAll('\\', '\\\\')}` : quoted;
}

/** A word of a POSIX shell. */
export function shellWord(text: string): string {
  return /^[\w@%+=:,./-]+$/.test(text) ? text : `'${text.replaceAll("'", "'\\''")}'`;
}

/** Words that follow `--` in SQL: none of them may end the line. */
export function sqlComment(text: string): string {
  return `-- ${text.replace(/[\p{Cc}\p{Zl}\p{Zp}]/gu, '?')}`;
}
