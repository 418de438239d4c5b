import type { YAMLError } from 'yaml';
import { hasControls } from '../base/control-characters.ts';

/**
 * How config files are read. The failsafe schema of YAML 1.2 makes every scalar a string, which is what "values are
 * literal text" needs.
 */
export const READING = {
  schema: 'failsafe',
  uniqueKeys: false,
  prettyErrors: false,
  // 'silent' would hide some errors.
  logLevel: 'error',
} as const;

/** Whether an unquoted text means "no value", as yaml.v2 reads it. */
export function isNull(plain: string): boolean {
  return plain === '' || plain === '~' || plain === 'null' || plain === 'Null' || plain === 'NULL';
}

/**
 * Whether the YAML library of gpbackup and the Go plugin (libyaml's grammar, YAML 1.1) reads this as if nothing were
 * wrong: of several documents the first counts, and a comment may follow a quote without a space.
 */
export function isHarmless({ code, message }: YAMLError): boolean {
  return (
    code === 'MULTIPLE_DOCS' || (code === 'MISSING_CHAR' && message.startsWith('Comments must be separated'))
  );
}

/**
 * The text with line feeds as its only line breaks, each character at its place. YAML 1.1 ends a line, and with it a
 * comment, at a carriage return and at three signs of Unicode too; the YAML library here does not.
 */
export function withLineFeeds(text: string): string {
  return text.replaceAll(/\r(?!\n)|[\u0085\u2028\u2029]/g, '\n');
}

/** A control character that YAML does not allow in a text. */
export function hasControlCharacters(text: string): boolean {
  return hasControls(text.replaceAll(/[\t\n\r\u0085]/g, ''));
}
