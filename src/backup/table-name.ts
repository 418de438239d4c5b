import { UsageError } from '../base/plugin-error.ts';

/** A table by the names that its catalog has, without quotes. */
export interface TableName {
  readonly schema: string;
  readonly name: string;
}

const PART = '("(?:[^"]|"")+"|[^".]+)';
const NAME = new RegExp(`^\\s*${PART}\\.${PART}\\s*$`);

/**
 * Reads `SCHEMA.TABLE` as SQL does: names in double quotes are taken as they are, others in lower case (PostgreSQL,
 * "Identifiers and Key Words").
 * @throws {UsageError}
 */
export function parseTableName(text: string): TableName {
  const [, schema, name] = NAME.exec(text) ?? [];
  if (schema === undefined || name === undefined) {
    throw new UsageError(`"${text}" is not a valid table (expected SCHEMA.TABLE)`, {
      hint: 'names with capital letters, dots or spaces need double quotes: \'"Odd Names"."Order Lines"\'',
    });
  }
  return { schema: folded(schema), name: folded(name) };
}

/** A name as gpbackup writes it, which has quotes where SQL needs them, without them. */
export function unquoted(name: string): string {
  return /^".*"$/s.test(name) ? name.slice(1, -1).replaceAll('""', '"') : name;
}

/** Latin letters alone, as the server does for names in UTF-8. */
function folded(part: string): string {
  if (part.startsWith('"')) return unquoted(part);
  return part.trim().replace(/[A-Z]/g, (letter) => letter.toLowerCase());
}
