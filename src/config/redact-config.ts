import { isMap, isScalar, parseDocument, visit } from 'yaml';
import { PluginError } from '../base/plugin-error.ts';
import { OPTIONS, type OptionDefinition } from './options.ts';

/** What stands in the bucket's copy in place of a secret. */
export const REDACTED_VALUE = '"[redacted by gpbackup_s3_plugin]"';

/**
 * The text of a config file with the values of secrets replaced, every other byte as it was. Secrets are the
 * options defined as such, wherever they stand in the file, and a proxy's URL with a password in it.
 *
 * @throws {PluginError} when the text is no YAML: what can't be read can't be known to be free of secrets.
 */
export function redactConfig(text: string): string {
  const document = parseDocument(text, {
    schema: 'failsafe',
    uniqueKeys: false,
    prettyErrors: false,
    // 'silent' would hide a second document too.
    logLevel: 'error',
  });
  if (document.errors.length > 0 || !isMap(document.contents)) {
    throw unreadable();
  }
  const secrets: { readonly start: number; readonly end: number; readonly value: string }[] = [];
  visit(document, {
    Pair(_, pair) {
      if (!isScalar(pair.key) || !holdsSecret(String(pair.key.value), pair.value)) return;
      if (!isScalar(pair.value) || !pair.value.range) throw unreadable();
      const [start, valueEnd] = pair.value.range;
      // A block's range includes its last line break, which is not part of the secret.
      const end = start + text.slice(start, valueEnd).trimEnd().length;
      if (pair.value.value !== '') secrets.push({ start, end, value: String(pair.value.value) });
    },
  });
  let redacted = text;
  for (const { start, end } of secrets.toSorted((a, b) => b.start - a.start)) {
    redacted = redacted.slice(0, start) + REDACTED_VALUE + redacted.slice(end);
  }
  // The same secret in a comment or under another name is the same secret; short words would hit other text.
  for (const { value } of secrets) {
    if (value.length >= 8) redacted = redacted.replaceAll(value, REDACTED_VALUE.slice(1, -1));
  }
  return redacted;
}

function holdsSecret(name: string, node: unknown): boolean {
  const definition = (OPTIONS as Readonly<Record<string, OptionDefinition | undefined>>)[name];
  if (definition?.kind === 'secret') return node !== null;
  if (name !== 'http_proxy') return false;
  return isScalar(node) ? String(node.value).includes('@') : node !== null;
}

function unreadable(): PluginError {
  return new PluginError('the secrets in the copy of the config file can not be found and replaced', {
    hint: 'write each secret as a plain value, or set upload_secrets: on to upload the copy as it is, secrets included',
  });
}
