export interface ValuePattern {
  readonly source: string;
  /** In words that complete "must be …". */
  readonly allowed: string;
}

/** The schema's pattern and the reader's. */
export const PATTERNS = {
  bucket: {
    source: '^(arn:[\\x21-\\x7e]+|([A-Za-z0-9._-]*:)?[A-Za-z0-9][A-Za-z0-9._-]*)$',
    allowed:
      'letters, digits, dots, hyphens and underscores, with TENANT: in front for Ceph; or the ARN of an access point',
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
  roleArn: {
    source: '^arn:[\\x21-\\x7e]+$',
    allowed: 'the ARN of a role, such as arn:aws:iam::123456789012:role/backup',
  },
  externalId: {
    source: '^[A-Za-z0-9_+=,.@:/\\\\-]{2,1224}$',
    allowed: '2 to 1224 letters, digits and characters of _+=,.@:/\\-',
  },
  sessionName: {
    source: '^[A-Za-z0-9_+=,.@-]{2,64}$',
    allowed: '2 to 64 letters, digits and characters of _+=,.@-',
  },
  header: { source: '^[\\x21-\\x7e]+$', allowed: 'ASCII letters, digits and punctuation, without spaces' },
  storageClass: { source: '^[A-Z][A-Z0-9_-]*$', allowed: 'the name of a storage class, in capitals' },
  accountId: { source: '^[0-9]{12}$', allowed: 'the 12 digits of an AWS account id, in quotes' },
} as const satisfies Readonly<Record<string, ValuePattern>>;
