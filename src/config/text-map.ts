/** Names with their values, as one option gives them. */
export type TextMap = ReadonlyMap<string, string>;

/**
 * `name=value,name=value`, or a JSON object of texts, which is also what a map in YAML becomes: gpbackup reads single
 * texts only. Undefined for anything else, and for a name that appears twice.
 */
export function parseTextMap(text: string): TextMap | undefined {
  const entries = text.trim().startsWith('{') ? jsonEntries(text) : plainEntries(text);
  if (entries === undefined) return undefined;
  const map = new Map(entries);
  return map.size === entries.length && map.size > 0 && !map.has('') ? map : undefined;
}

function plainEntries(text: string): [string, string][] | undefined {
  const entries = text.split(',').map((entry): [string, string] | undefined => {
    const at = entry.indexOf('=');
    return at === -1 ? undefined : [entry.slice(0, at).trim(), entry.slice(at + 1).trim()];
  });
  return entries.every((entry) => entry !== undefined) ? entries : undefined;
}

function jsonEntries(text: string): [string, string][] | undefined {
  try {
    const entries = Object.entries(JSON.parse(text) as Record<string, unknown>);
    const isPlain = entries.every(([, value]) => ['string', 'number', 'boolean'].includes(typeof value));
    return isPlain ? entries.map(([name, value]) => [name, String(value)]) : undefined;
  } catch {
    return undefined;
  }
}
