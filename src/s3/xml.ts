import { XMLBuilder, XMLParser } from 'fast-xml-parser';
import { TransportError } from './http/transport-error.ts';

/** An element: its text, or its children by name. Every child is a list, as XML has it. */
export type XmlElement = { readonly [name: string]: readonly (XmlElement | string)[] };

/**
 * Values stay text and spaces stay: the parser's defaults turn the key `007` into `7`. Namespaces and the
 * attributes that carry them do not matter to any answer of S3.
 */
const parser = new XMLParser({
  parseTagValue: false,
  parseAttributeValue: false,
  trimValues: false,
  ignoreAttributes: true,
  ignoreDeclaration: true,
  removeNSPrefix: true,
  htmlEntities: true,
  isArray: (_name, path) => typeof path === 'string' && path.includes('.'),
  processEntities: {
    enabled: true,
    maxTotalExpansions: Number.MAX_SAFE_INTEGER,
    maxExpandedLength: Number.MAX_SAFE_INTEGER,
  },
});

const builder = new XMLBuilder({ format: false, suppressEmptyNode: false });

/**
 * References to characters that XML 1.0 lacks (section 2.2). Some servers list keys that way; the parser would
 * drop the character, and another key would be deleted or restored.
 */
const NOT_XML = /&#(?:x0*(?:[0-8bcef]|1[0-9a-f])|0*(?:[0-8]|1[124-9]|2\d|3[01]));/i;

/**
 * Reads an answer whose root element must be one of `roots`.
 * @throws {TransportError} EPROTOCOL when the text is not XML, is cut short or has another root.
 */
export function parseXml(
  text: string,
  roots: readonly string[],
): { readonly root: string; readonly element: XmlElement } {
  if (NOT_XML.test(text)) {
    throw new TransportError(
      'EPROTOCOL',
      "the answer names a key with a control character, which XML can't contain",
    );
  }
  let parsed: unknown;
  try {
    // Gateways put line breaks or a byte order mark in front of the declaration, which must come first.
    parsed = parser.parse(text.trimStart(), true);
  } catch (cause) {
    throw new TransportError('EPROTOCOL', `the answer is not XML as S3 sends it: ${excerpt(text)}`, {
      cause,
    });
  }
  for (const root of roots) {
    if (typeof parsed !== 'object' || parsed === null || !(root in parsed)) continue;
    const element: unknown = (parsed as Record<string, unknown>)[root];
    return { root, element: typeof element === 'object' && element !== null ? (element as XmlElement) : {} };
  }
  throw new TransportError('EPROTOCOL', `the answer is not ${roots.join(' or ')}: ${excerpt(text)}`);
}

/** The text of the first child of that name; undefined when there is none. */
export function childText(element: XmlElement, name: string): string | undefined {
  const child = element[name]?.[0];
  if (child === undefined) return undefined;
  return typeof child === 'string' ? child : '';
}

/** All children of that name that are elements. */
export function children(element: XmlElement, name: string): XmlElement[] {
  return (element[name] ?? []).map((child) => (typeof child === 'string' ? {} : child));
}

/** A document for a request's body. */
export function buildXml(root: string, content: object): Uint8Array<ArrayBuffer> {
  const text: unknown = builder.build({ [root]: content });
  return new TextEncoder().encode(`<?xml version="1.0" encoding="UTF-8"?>${String(text)}`);
}

function excerpt(text: string): string {
  const line = text.replace(/\s+/g, ' ').trim();
  return line === '' ? 'it is empty' : line.length > 80 ? `${line.slice(0, 80)}…` : line;
}
