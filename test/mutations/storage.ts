import { mutationsOf } from './mutation.ts';

const STORED = 'test/program/stored-objects.test.ts';
const CUSTOMER_KEY = 'test/program/customer-key.test.ts';
const STORED_WITH = 'test/session/objects/stored-with.test.ts';
const HINT = 'test/session/objects/hint.test.ts';
const PROBLEMS = 'test/config/object-problems.test.ts';
const PROVIDERS = 'test/program/providers.test.ts';

/** How objects are stored: encryption, class, tags, ACL. */
export const STORAGE = [
  ...mutationsOf(
    'src/session/request-headers.ts',
    [CUSTOMER_KEY],
    [
      {
        name: 'ranges are read without the key of their owner',
        find: "  'GetObject',\n",
        replace: '',
      },
      {
        name: 'parts are stored without the key of their owner',
        find: "  'UploadPart',\n",
        replace: '',
      },
      {
        name: 'an object with a checksum is completed without the key of its owner',
        find: "  'CompleteMultipartUpload',\n",
        replace: '',
      },
      {
        name: 'the look at an object after a lost answer has no key',
        find: "  'HeadObject',\n",
        replace: '',
      },
      {
        name: "lists and deletes give the owner's key away",
        find: 'WITH_CUSTOMER_KEY.has(operation) ? withKey : always',
        replace: 'operation === undefined ? always : withKey',
      },
    ],
  ),
  ...mutationsOf(
    'src/session/objects/customer-key.ts',
    [CUSTOMER_KEY],
    [
      {
        name: 'a passphrase of 32 hexadecimal digits is a key',
        find: 'if (/^[0-9A-Fa-f]*$/.test(text)) {',
        replace: 'if (/^[0-9A-Fa-f]{64}$/.test(text)) {',
      },
      {
        name: 'base64 that is cut is a key',
        find: " && decoded.toString('base64') === text",
        replace: '',
      },
      {
        name: 'a device that never ends is read for a key',
        find: "if (!facts.isFile()) throw wrong(path, 'it is not a regular file');",
        replace: '',
      },
      {
        name: 'nobody says that others can read the key',
        find: '(facts.mode & 0o004) !== 0',
        replace: '(facts.mode & 0o001) !== 0',
      },
    ],
  ),
  ...mutationsOf(
    'src/session/objects/confirmed.ts',
    [CUSTOMER_KEY],
    [
      {
        name: 'a server may encrypt with another key than was asked for',
        find: 'confirmed?.toLowerCase() === wanted.toLowerCase()',
        replace: 'confirmed !== undefined',
      },
      {
        name: "a server may take no notice of its client's key",
        find: 'if (customerKeyFile !== undefined) {',
        replace: 'if (customerKeyFile === sse) {',
      },
    ],
  ),
  ...mutationsOf(
    'src/session/objects/encryption.ts',
    [STORED],
    [
      {
        name: 'the encryption context is sent as it is',
        find: "Buffer.from(context).toString('base64')",
        replace: 'context',
      },
      {
        name: 'the KMS key is not named',
        find: 'if (kmsKeyId !== undefined)',
        replace: 'if (kmsKeyId === sse)',
      },
    ],
  ),
  ...mutationsOf(
    'src/session/objects/class.ts',
    [STORED_WITH, STORED],
    [
      {
        name: 'an object of just the least size is small',
        find: 'size < storageClassMinSize',
        replace: 'size <= storageClassMinSize',
      },
      {
        name: 'an archive takes the table of contents',
        find: 'if (isArchive(storageClass) &&',
        replace: 'if (!isArchive(storageClass) &&',
      },
    ],
  ),
  ...mutationsOf(
    'src/session/objects/tags.ts',
    [STORED_WITH, STORED],
    [
      {
        name: 'a tag that nobody can fill in is sent',
        find: "if (word === '') complete = false;",
        replace: '',
        tests: [STORED],
      },
      {
        name: 'the name of a database may have signs that no tag takes',
        find: "word.replaceAll(/[^\\p{L}\\p{N} +\\-=._:/@]/gu, '_')",
        replace: 'word',
      },
      {
        name: 'tags are not encoded',
        find: '`${encodeURIComponent(name)}=${encodeURIComponent(value)}`',
        replace: '`${name}=${value}`',
      },
    ],
  ),
  ...mutationsOf(
    'src/session/objects/set-up.ts',
    [STORED, PROVIDERS],
    [
      {
        name: 'the upload that tries the class is left behind',
        find: 'await removeQuietly(session, upload);',
        replace: '',
        tests: [STORED],
      },
      {
        name: 'a class that the server does not have is found out by the first large table',
        find: 'if (objects.storageClass === undefined && !usesKey) return;',
        replace: 'if (!usesKey) return;',
        tests: [STORED],
      },
      {
        name: 'a key that parts may not use is found out by the first large table',
        find: 'if (usesKey) await uploadPart(client, upload, 1, new Uint8Array(1), policy);',
        replace: '',
        tests: ['test/docs/storage.test.ts'],
      },
      {
        name: 'what a provider does not take is sent to it',
        find: 'if (not.length === 0) return undefined;',
        replace: 'if (not.length < 100) return undefined;',
        tests: [PROVIDERS],
      },
    ],
  ),
  ...mutationsOf(
    'src/session/objects/hint.ts',
    [HINT],
    [
      {
        name: 'a wrong secret key is taken for a missing permission',
        find: "status === 403 && (code === 'AccessDenied' || code === '')",
        replace: 'status === 403',
      },
    ],
  ),
  ...mutationsOf(
    'src/config/object-problems.ts',
    [PROBLEMS],
    [
      {
        name: "the client's key travels in clear",
        find: "if ((endpoint?.scheme ?? schemeByOption(read)) === 'http') {",
        replace:
          "if (read.endpoint !== undefined && (endpoint?.scheme ?? schemeByOption(read)) === 'http') {",
      },
      {
        name: 'options of KMS without KMS are taken and ignored',
        find: "if (sse === undefined || sse === 'AES256') {",
        replace: "if (sse === 'AES256') {",
      },
      {
        name: 'a placeholder that is none is found out by the server',
        find: 'if (!PLACEHOLDERS.includes(name)) unknown.push(name);',
        replace: '',
      },
    ],
  ),
];
