/**
 * The names in a list of SQL identifiers in parentheses, as gpbackup writes a table's columns: `(id,"Line No")`. Quotes
 * are taken off. Undefined where it is something else; an empty text is a table without columns.
 */
export function columnsOf(list: string): readonly string[] | undefined {
  if (list === '' || list === '()') return [];
  const names: string[] = [];
  const part = /\s*(?:"((?:[^"]|"")+)"|([^\s",()]+))\s*([,)])/y;
  part.lastIndex = list.startsWith('(') ? 1 : list.length;
  for (let match = part.exec(list); match !== null; match = part.exec(list)) {
    const [, quoted, plain = '', end] = match;
    names.push(quoted?.replaceAll('""', '"') ?? plain);
    if (end === ')') return part.lastIndex === list.length ? names : undefined;
  }
  return undefined;
}

/** A name as an SQL identifier, in quotes: no reserved word of any version needs to be known. */
export function quoteIdentifier(name: string): string {
  return `"${name.replaceAll('"', '""')}"`;
}
