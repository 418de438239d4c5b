import type { ListPage, WrittenObject } from './written-page.ts';

/** In front of the root's children: a declaration without anything odd in it, and the root without odd attributes. */
const HEAD =
  /^\s*(?:<\?xml version="1\.0"(?: encoding="[A-Za-z0-9-]+")?(?: standalone="(?:yes|no)")? ?\?>)?\s*<ListBucketResult(?: xmlns="[^"<>&]*")?>/;

/**
 * What none of the usual pages has: comments, CDATA, instructions, carriage returns, references to other characters
 * than these, and to characters that XML lacks (XML 1.0, section 2.2).
 */
const ODD =
  /<[!?]|\r|&(?!(?:amp|lt|gt|quot|apos|#(?:x0*(?:9|a|A|d|D|[2-9a-fA-F][0-9a-fA-F])|0*(?:9|10|13|3[2-9]|[4-9]\d|1\d\d)));)/;

const NAME = /^[A-Za-z][A-Za-z0-9]*$/;
const BLANK = /^\s*$/;

const REFERENCES: Readonly<Record<string, string>> = { amp: '&', lt: '<', gt: '>', quot: '"', apos: "'" };

/**
 * Reads a page of a list as AWS and the servers that are like it write it: elements without attributes, white space
 * between them at most. Undefined for anything else, and for all that is not well-formed.
 */
export function quickListPage(text: string): ListPage | undefined {
  const head = HEAD.exec(text)?.[0];
  if (head === undefined || ODD.test(text.slice(head.length))) return undefined;
  return new PageReader(text, head.length).read();
}

/** Thrown inside of this file alone: another reader has to look at it. */
const UNUSUAL = new Error('unusual');

class PageReader {
  readonly #text: string;
  #at: number;
  readonly #contents: WrittenObject[] = [];
  readonly #prefixes: string[] = [];
  readonly #values = new Map<string, string>();

  constructor(text: string, at: number) {
    this.#text = text;
    this.#at = at;
  }

  read(): ListPage | undefined {
    try {
      this.#root();
    } catch (error) {
      if (error === UNUSUAL) return undefined;
      throw error;
    }
    const values = this.#values;
    return {
      encodingType: values.get('EncodingType') ?? '',
      isTruncated: values.get('IsTruncated')?.trim() === 'true',
      token: values.get('NextContinuationToken') ?? '',
      isVersion1: values.has('Marker') && !values.has('KeyCount'),
      contents: this.#contents,
      prefixes: this.#prefixes,
    };
  }

  #root(): void {
    for (;;) {
      const name = this.#open();
      if (name === undefined) break;
      if (name === 'Contents') this.#object();
      else if (name === 'CommonPrefixes') this.#prefix();
      else {
        const value = this.#value(name);
        if (!this.#values.has(name)) this.#values.set(name, value);
      }
    }
    this.#close('ListBucketResult');
    if (!BLANK.test(this.#text.slice(this.#at))) throw UNUSUAL;
  }

  #object(): void {
    let [key, size, modified, storageClass, etag]: (string | undefined)[] = [];
    for (;;) {
      const name = this.#open();
      if (name === undefined) break;
      if (name === 'Key') key = first(key, this.#value(name));
      else if (name === 'Size') size = first(size, this.#value(name));
      else if (name === 'LastModified') modified = first(modified, this.#value(name));
      else if (name === 'StorageClass') storageClass = first(storageClass, this.#value(name));
      else if (name === 'ETag') etag = first(etag, this.#value(name));
      else this.#pass(name, 0);
    }
    this.#close('Contents');
    this.#contents.push({
      key: key ?? '',
      size,
      modified: (modified ?? '').trim(),
      storageClass: (storageClass ?? '').trim(),
      etag: (etag ?? '').trim(),
    });
  }

  #prefix(): void {
    let prefix: string | undefined;
    for (;;) {
      const name = this.#open();
      if (name === undefined) break;
      const value = this.#value(name);
      if (name === 'Prefix') prefix ??= value;
    }
    this.#close('CommonPrefixes');
    this.#prefixes.push(prefix ?? '');
  }

  /** The name of the element that begins here, behind white space; undefined where the one around it ends. */
  #open(): string | undefined {
    const text = this.#text;
    let at = this.#at;
    let code = text.charCodeAt(at);
    while (code === 32 || code === 10 || code === 9) {
      at += 1;
      code = text.charCodeAt(at);
    }
    if (code !== 60) throw UNUSUAL;
    this.#at = at;
    if (text.charCodeAt(at + 1) === 47) return undefined;
    // The usual ones without a search.
    if (text.startsWith('Contents>', at + 1)) return this.#named('Contents');
    if (text.startsWith('Key>', at + 1)) return this.#named('Key');
    if (text.startsWith('LastModified>', at + 1)) return this.#named('LastModified');
    if (text.startsWith('ETag>', at + 1)) return this.#named('ETag');
    if (text.startsWith('Size>', at + 1)) return this.#named('Size');
    if (text.startsWith('StorageClass>', at + 1)) return this.#named('StorageClass');
    const end = text.indexOf('>', at);
    const name = text.slice(at + 1, text.charCodeAt(end - 1) === 47 ? end - 1 : end);
    if (end < 0 || !NAME.test(name)) throw UNUSUAL;
    // That of an empty element is behind its name once more.
    this.#at = text.charCodeAt(end - 1) === 47 ? end - 1 : end + 1;
    return name;
  }

  #named(name: string): string {
    this.#at += name.length + 2;
    return name;
  }

  #close(name: string): void {
    if (!this.#text.startsWith(`</${name}>`, this.#at)) throw UNUSUAL;
    this.#at += name.length + 3;
  }

  /** The text of the element that has been opened, up to its end; of one with children, which are passed over: ''. */
  #value(name: string): string {
    const start = this.#at;
    const end = this.#pass(name, 0);
    if (end < 0) return '';
    const value = this.#text.slice(start, end);
    return value.includes('&') ? resolved(value) : value;
  }

  /** Goes behind the element that has been opened; gives the end of its text, or -1 where it has none. */
  #pass(name: string, depth: number): number {
    const text = this.#text;
    if (text.startsWith('/>', this.#at) && text.charCodeAt(this.#at - 1) !== 62) {
      this.#at += 2;
      return -1;
    }
    const end = text.indexOf('<', this.#at);
    if (end < 0) throw UNUSUAL;
    if (text.charCodeAt(end + 1) === 47) {
      this.#at = end;
      this.#close(name);
      return end;
    }
    // Owner, RestoreStatus: elements of texts.
    if (depth > 0) throw UNUSUAL;
    for (let child = this.#open(); child !== undefined; child = this.#open()) this.#pass(child, depth + 1);
    this.#close(name);
    return -1;
  }
}

/** Of several elements with one name, the first counts. */
function first(before: string | undefined, value: string): string {
  return before ?? value;
}

function resolved(text: string): string {
  // An ETag of Amazon's: each object of a list has one.
  if (text.startsWith('&quot;') && text.indexOf('&', 6) === text.length - 6 && text.endsWith('&quot;'))
    return `"${text.slice(6, -6)}"`;
  return text.replace(/&(?:#x([0-9a-fA-F]+)|#(\d+)|([a-z]+));/g, (_, hex, decimal, name: string) => {
    if (name !== undefined) return REFERENCES[name] ?? '';
    const code = hex === undefined ? Number(decimal) : Number.parseInt(hex as string, 16);
    return String.fromCodePoint(code);
  });
}
