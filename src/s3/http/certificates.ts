import type { X509Certificate } from 'node:crypto';

/** What a file with certificates gives. */
export interface Certificates {
  /** PEM, one certificate each, as the runtime takes them. */
  readonly pems: readonly string[];
  /** What in the file is not used, with its place. */
  readonly problems: readonly string[];
}

/** A block of a PEM file (RFC 7468), by the line of its beginning. */
interface Block {
  readonly label: string;
  readonly line: number;
  readonly bytes: Buffer | undefined;
}

/**
 * The certificates of a file in PEM, or a single one in DER. Text around the blocks, indentation and line ends of any
 * kind do not matter. One damaged block would make the runtime refuse all of them, so each is checked.
 */
export function certificatesOf(file: Buffer): Certificates {
  // Loaded with the first certificate: most processes have none to check.
  const { X509Certificate } = process.getBuiltinModule('node:crypto');
  const parse = (bytes: Buffer): X509Certificate | undefined => {
    try {
      return new X509Certificate(bytes);
    } catch {
      return undefined;
    }
  };
  const pems = new Set<string>();
  const problems: string[] = [];
  const blocks = blocksOf(file.toString('utf8'));
  if (blocks.length === 0) {
    const single = parse(file);
    if (single !== undefined) pems.add(single.toString());
  }
  for (const [index, { label, line, bytes }] of blocks.entries()) {
    const place = `line ${line} (block ${index + 1})`;
    if (!/^(X509 |TRUSTED )?CERTIFICATE$/.test(label)) {
      problems.push(`${place}: "${label}" is not a certificate`);
      continue;
    }
    // A trusted certificate is one with OpenSSL's own notes behind it.
    const certificate = bytes && parse(label.startsWith('TRUSTED') ? firstValue(bytes) : bytes);
    if (certificate === undefined) problems.push(`${place}: the certificate is damaged`);
    else pems.add(certificate.toString());
  }
  return { pems: [...pems], problems };
}

function blocksOf(text: string): Block[] {
  const blocks: Block[] = [];
  let open: { label: string; line: number; body: string[] } | undefined;
  const close = (isWhole: boolean): void => {
    if (open !== undefined) blocks.push({ ...open, bytes: isWhole ? bytesOf(open.body) : undefined });
    open = undefined;
  };
  for (const [index, line] of text.split(/\r\n|\r|\n/).entries()) {
    const begin = /^\s*-----BEGIN ([^-]{1,60})-----\s*$/.exec(line)?.[1];
    if (begin !== undefined) {
      close(false);
      open = { label: begin.trim(), line: index + 1, body: [] };
    } else if (/^\s*-----END /.test(line)) {
      close(line.includes(`-----END ${open?.label}-----`));
    } else {
      open?.body.push(line.trim());
    }
  }
  close(false);
  return blocks;
}

/** The bytes of a block; undefined when there is anything but base64 in it, and headers (RFC 1421) before it. */
function bytesOf(body: readonly string[]): Buffer | undefined {
  const isHeader = body[0]?.includes(':') === true;
  const text = body.slice(isHeader ? body.indexOf('') + 1 : 0).join('');
  return /^[A-Za-z0-9+/]+={0,2}$/.test(text) ? Buffer.from(text, 'base64') : undefined;
}

/** The first value of a text in DER, without what follows it. */
function firstValue(bytes: Buffer): Buffer {
  const lengthOfLength = (bytes[1] ?? 0) > 0x80 ? (bytes[1] ?? 0) - 0x80 : 0;
  if (lengthOfLength > 4 || bytes.length < 2 + lengthOfLength) return bytes;
  const length = lengthOfLength === 0 ? (bytes[1] ?? 0) : bytes.readUIntBE(2, lengthOfLength);
  return bytes.subarray(0, 2 + lengthOfLength + length);
}
