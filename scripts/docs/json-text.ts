import { PROSE_WIDTH } from './markdown.ts';

/** JSON for people: what fits into a line is in one, `{ "a": 1 }`; the rest has a line for each entry. */
export function jsonText(value: unknown, indent = '', before = 0): string {
  const inLine = oneLine(value);
  if (indent.length + before + inLine.length < PROSE_WIDTH) return inLine;
  const deeper = `${indent}  `;
  if (Array.isArray(value)) {
    const items = value.map((item: unknown) => deeper + jsonText(item, deeper));
    return `[\n${items.join(',\n')}\n${indent}]`;
  }
  if (typeof value === 'object' && value !== null) {
    const entries = Object.entries(value).map(([name, one]: [string, unknown]) => {
      const label = `${JSON.stringify(name)}: `;
      return deeper + label + jsonText(one, deeper, label.length);
    });
    return `{\n${entries.join(',\n')}\n${indent}}`;
  }
  return inLine;
}

function oneLine(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(oneLine).join(', ')}]`;
  if (typeof value !== 'object' || value === null) return JSON.stringify(value);
  const entries = Object.entries(value).map(
    ([name, one]: [string, unknown]) => `${JSON.stringify(name)}: ${oneLine(one)}`,
  );
  return entries.length === 0 ? '{}' : `{ ${entries.join(', ')} }`;
}
