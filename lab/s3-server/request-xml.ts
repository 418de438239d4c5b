import { XMLParser, XMLValidator } from 'fast-xml-parser';
import { S3Error } from './s3-error.ts';

// Text stays text (007 is a key), and blanks belong to it. The parser's limits on entities are lower than what a list of
// 10,000 quoted ETags has.
const parser = new XMLParser({
  ignoreAttributes: true,
  ignoreDeclaration: true,
  parseTagValue: false,
  trimValues: false,
  htmlEntities: true,
  processEntities: {
    enabled: true,
    maxTotalExpansions: Number.MAX_SAFE_INTEGER,
    maxExpandedLength: Number.MAX_SAFE_INTEGER,
  },
  alwaysCreateTextNode: true,
  isArray: (_name, path) =>
    !['Delete', 'CompleteMultipartUpload', 'RestoreRequest', 'Retention', 'LegalHold'].includes(String(path)),
});

function malformed(): S3Error {
  return new S3Error('MalformedXML');
}

/** What the parser makes of an element with children: for each name the elements, in order. */
type ParsedElement = Readonly<Record<string, unknown>>;

function isParsedElement(value: unknown): value is ParsedElement {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** @throws S3Error MalformedXML */
function parseRoot(document: string, rootName: string): ParsedElement {
  if (XMLValidator.validate(document) !== true) throw malformed();
  const parsed: unknown = parser.parse(document);
  const root = isParsedElement(parsed) ? parsed[rootName] : undefined;
  if (!isParsedElement(root)) throw malformed();
  return root;
}

function childElements(parent: ParsedElement, name: string): readonly ParsedElement[] {
  const children: unknown = parent[name] ?? [];
  if (!Array.isArray(children)) throw malformed();
  return children.map((child: unknown) => {
    if (!isParsedElement(child)) throw malformed();
    return child;
  });
}

/** The text of the only child of that name, undefined when there is none. */
function childText(parent: ParsedElement, name: string): string | undefined {
  const children = childElements(parent, name);
  if (children.length > 1) throw malformed();
  const [child] = children;
  if (child === undefined) return undefined;
  const text = child['#text'];
  return typeof text === 'string' ? text : '';
}

export interface RequestedPart {
  readonly partNumber: number;
  /** Without quotes. */
  readonly etag: string;
  readonly crc32: string | undefined;
}

/**
 * The body of CompleteMultipartUpload.
 * @throws S3Error MalformedXML, also for a list without parts
 */
export function parseCompleteDocument(document: string): readonly RequestedPart[] {
  const parts = childElements(parseRoot(document, 'CompleteMultipartUpload'), 'Part').map(
    (part): RequestedPart => {
      const number = childText(part, 'PartNumber');
      const etag = childText(part, 'ETag');
      if (number === undefined || !/^\d{1,5}$/.test(number) || etag === undefined) throw malformed();
      return {
        partNumber: Number(number),
        etag: etag.replace(/^"(.*)"$/, '$1'),
        crc32: childText(part, 'ChecksumCRC32'),
      };
    },
  );
  if (parts.length === 0) throw malformed();
  return parts;
}

export interface DeleteRequest {
  readonly objects: readonly { readonly key: string; readonly versionId: string | undefined }[];
  readonly isQuiet: boolean;
}

const maxDeletedKeys = 1000;

/**
 * The body of DeleteObjects.
 * @throws S3Error MalformedXML, also for none and for more than 1,000 keys; NotImplemented for conditions
 */
export function parseDeleteDocument(document: string): DeleteRequest {
  const root = parseRoot(document, 'Delete');
  const objects = childElements(root, 'Object').map((object) => {
    for (const name of Object.keys(object)) {
      if (name !== 'Key' && name !== 'VersionId' && name !== '#text')
        throw new S3Error('NotImplemented', `Delete by ${name}`);
    }
    const key = childText(object, 'Key');
    if (key === undefined || key === '') throw malformed();
    return { key, versionId: childText(object, 'VersionId') };
  });
  if (objects.length === 0 || objects.length > maxDeletedKeys) throw malformed();
  return { objects, isQuiet: childText(root, 'Quiet') === 'true' };
}

/**
 * The body of RestoreObject.
 * @throws S3Error MalformedXML
 */
export function parseRestoreDocument(document: string): { days: string | undefined; tier: string } {
  const root = parseRoot(document, 'RestoreRequest');
  const [parameters] = childElements(root, 'GlacierJobParameters');
  const tier = parameters === undefined ? childText(root, 'Tier') : childText(parameters, 'Tier');
  return { days: childText(root, 'Days'), tier: tier ?? 'Standard' };
}

/**
 * Texts of the children of a small document, in the order of their names.
 * @throws S3Error MalformedXML
 */
export function parseLockDocument(
  document: string,
  root: string,
  names: readonly string[],
): readonly string[] {
  const element = parseRoot(document, root);
  return names.map((name) => {
    const text = childText(element, name);
    if (text === undefined) throw malformed();
    return text;
  });
}
