export interface ValuePattern {
  readonly source: string;
  /** In words that complete "must be …". */
  readonly allowed: string;
}

/** The schema's pattern and the reader's. */
export const PATTERNS = {
  bucket: {
    source: '^[A-Za-z0-9][A-Za-z0-9._-]*$',
    allowed: 'letters, digits, dots, hyphens and underscores',
  },
  region: { source: '^[A-Za-z0-9_-]+$', allowed: 'letters, digits, hyphens and underscores' },
  folder: {
    source: '^(?=\\s*\\S)(?!(?:.*/)?\\.\\.(?:/|$))[^\\u0000-\\u001f\\u007f-\\u009f]*$',
    allowed: 'a path without ".." parts and control characters',
  },
  endpoint: {
    source: '^\\s*([Hh][Tt][Tt][Pp][Ss]?://)?(?![A-Za-z][A-Za-z0-9+.-]*://)[^\\s/?#@]+(/[^\\s?#]*)?\\s*$',
    allowed: 'http://host[:port] or https://host[:port], with a path at most',
  },
  proxy: {
    source:
      '^\\s*([Hh][Tt][Tt][Pp][Ss]?://)?(?![A-Za-z][A-Za-z0-9+.-]*://)([^\\u0000-\\u001f\\u007f-\\u009f]*@)?[^\\s/?#@]+(/[^\\s?#@]*)?\\s*$',
    allowed: 'http://host[:port] or https://host[:port]',
  },
  url: {
    source: '^\\s*([Hh][Tt][Tt][Pp][Ss]?://)?(?![A-Za-z][A-Za-z0-9+.-]*://)[^\\s/?#]+([/?#]\\S*)?\\s*$',
    allowed: 'http://host[:port] or https://host[:port]',
  },
} as const satisfies Readonly<Record<string, ValuePattern>>;
