/** An XML element: its name and either text, or child elements in order. */
export type XmlElement = readonly [name: string, content: string | number | boolean | readonly XmlElement[]];

const namespace = 'http://s3.amazonaws.com/doc/2006-03-01/';

/**
 * Escapes text for XML. Control characters become numeric references, also those that XML 1.0 forbids: S3 sends
 * keys that contain them in this way (S3 User Guide, "Naming Amazon S3 objects", "XML related object key constraints").
 */
function escapeText(text: string): string {
  // oxlint-disable-next-line no-control-regex -- exactly these are to be escaped
  return text.replaceAll(/[&<>"'\u0000-\u001f]/g, (character) => {
    switch (character) {
      case '&':
        return '&amp;';
      case '<':
        return '&lt;';
      case '>':
        return '&gt;';
      case '"':
        return '&quot;';
      case "'":
        return '&apos;';
      default:
        return `&#x${character.charCodeAt(0).toString(16)};`;
    }
  });
}

function render([name, content]: XmlElement, attributes = ''): string {
  const inner =
    typeof content === 'object'
      ? content.map((child) => render(child)).join('')
      : escapeText(String(content));
  return inner === '' ? `<${name}${attributes}/>` : `<${name}${attributes}>${inner}</${name}>`;
}

const declaration = '<?xml version="1.0" encoding="UTF-8"?>\n';

/** A result document, in S3's namespace. */
export function resultDocument(root: XmlElement): Buffer {
  return Buffer.from(declaration + render(root, ` xmlns="${namespace}"`));
}

/** An error document; S3 sends these without a namespace (S3 API Reference, "REST error responses"). */
export function errorDocument(fields: readonly XmlElement[]): Buffer {
  return Buffer.from(declaration + render(['Error', fields]));
}
