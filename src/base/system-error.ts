import { codeOf, reasonOf } from './plugin-error.ts';

/** What the system means by its codes, as the end of a sentence: `FILE can't be read: …`. */
const WORDS: Readonly<Record<string, string>> = {
  ENOENT: 'there is no such file or folder',
  EACCES: 'permission denied',
  EPERM: 'the system does not permit it',
  EISDIR: 'it is a folder',
  ENOTDIR: 'a part of the path is a file, not a folder',
  EEXIST: 'it exists already',
  ENOSPC: 'the disk is full',
  EDQUOT: 'the disk quota is used up',
  EFBIG: 'the file is larger than the system allows',
  EROFS: 'the file system is read-only',
  EMFILE: 'this process has too many open files',
  ENFILE: 'this host has too many open files',
  ENOMEM: 'there is too little memory',
  ELOOP: 'the symbolic links form a circle',
  ENAMETOOLONG: 'the name is too long',
  EINVAL: 'the system does not support it there',
  EILSEQ: 'the file system does not accept this name',
  EIO: 'the device reports an error',
  ESTALE: 'the network file system has lost the file',
  ENXIO: 'there is no such device',
  ETIMEDOUT: 'the file system does not answer',
  EBADF: 'it is not open for that',
  EBUSY: 'it is in use',
  ETXTBSY: 'it is a program that is running',
};

/** What to do, by code, when a file can't be read or can't be written. */
const HINTS: Readonly<Record<'reading' | 'writing', Readonly<Record<string, string>>>> = {
  reading: {
    ENOENT: 'check the path',
    EACCES: 'the file must be readable, and its folders searchable, for the user that runs the plugin',
    EMFILE: 'raise the limit of open files (ulimit -n)',
  },
  writing: {
    ENOSPC: 'make room and start again',
    EDQUOT: 'make room and start again',
    EFBIG: 'raise the limit of file sizes (ulimit -f)',
    EACCES: 'the folder must be writable for the user that runs the plugin',
    EROFS: 'choose a folder on a writable file system',
    EMFILE: 'raise the limit of open files (ulimit -n)',
  },
};

/**
 * Why a call of the system failed, in words: `permission denied`. The runtime's own text names the path of the call,
 * which may be a temporary one, so it is never a part of this.
 */
export function systemReason(error: unknown): string {
  const code = codeOf(error);
  if (code === undefined) return reasonOf(error);
  const known = Object.hasOwn(WORDS, code) ? WORDS[code] : undefined;
  if (known !== undefined) return known;
  // `EXDEV: cross-device link not permitted, rename 'a' -> 'b'`
  const words = /^[A-Z0-9_]+: ([^,]+)/.exec(reasonOf(error))?.[1];
  return words === undefined ? code : `${words} (${code})`;
}

/** What a user can do about it; undefined where the words say it all. */
export function systemHint(doing: 'reading' | 'writing', error: unknown): string | undefined {
  const code = codeOf(error) ?? '';
  return Object.hasOwn(HINTS[doing], code) ? HINTS[doing][code] : undefined;
}
