import {
  chownSync,
  closeSync,
  fsyncSync,
  linkSync,
  openSync,
  readFileSync,
  realpathSync,
  renameSync,
  type Stats,
  statSync,
  unlinkSync,
  writeSync,
} from 'node:fs';
import { dirname } from 'node:path';
import { codeOf, PluginError } from '../../base/plugin-error.ts';
import { PROGRAM } from '../../base/product.ts';
import { systemHint, systemReason } from '../../base/system-error.ts';
import type { Host } from '../host.ts';
import { READING } from '../yaml-text.ts';
import { DATA_FOLDERS, keyFileOf, readKeyFile } from './key-file.ts';

/** Bytes of a new key, which is written in hexadecimal digits. */
const KEY_BYTES = 32;

export interface PluginKey {
  readonly key: string;
  readonly path: string;
  /** Whether it was made now. */
  readonly isNew: boolean;
}

/**
 * This plugin's key in the file of keys; a new random one is added where there is none. Other entries stay. The file is
 * whole at any moment, and only its owner can read it.
 * @throws {PluginError} when the data folder is not known, or its file can't be read, understood or written.
 */
export async function findOrMakeKey(environment: Host['environment']): Promise<PluginKey> {
  const path = keyFileOf(environment);
  if (path === undefined) {
    throw new PluginError(
      `the coordinator's data folder is not known: ${DATA_FOLDERS.join(' and ')} are not set`,
      {
        hint: `run this on the coordinator, as the user that runs the database, with ${DATA_FOLDERS[0]} set as for gpbackup`,
      },
    );
  }
  const there = await readKeyFile(path);
  if ('key' in there) return { key: there.key, path, isNew: false };
  const key = crypto.getRandomValues(new Uint8Array(KEY_BYTES)).toHex();
  try {
    await addKey(path, key);
  } catch (cause) {
    if (cause instanceof PluginError) throw cause;
    throw new PluginError(`the key can't be written to ${path}: ${systemReason(cause)}`, {
      hint: systemHint('writing', cause),
      cause,
    });
  }
  // Of two that are made at once, the one in the file counts.
  const now = await readKeyFile(path);
  if (!('key' in now)) throw new PluginError(`the key is not in ${path} after it was written`);
  return { key: now.key, path, isNew: now.key === key };
}

async function addKey(path: string, key: string): Promise<void> {
  const old = existing(path);
  const text = old === undefined ? `${PROGRAM}: ${key}\n` : await withEntry(path, old.text, key);
  // A link stays one.
  const target = old === undefined ? path : realpathSync(path);
  const unfinished = `${target}.${crypto.getRandomValues(new Uint8Array(6)).toHex()}`;
  const fd = openSync(unfinished, 'wx', 0o600);
  try {
    try {
      giveTo(unfinished, old?.facts ?? statSync(dirname(path)));
      writeSync(fd, text);
      fsyncSync(fd);
    } finally {
      closeSync(fd);
    }
    if (old !== undefined) renameSync(unfinished, target);
    else linkIfNone(unfinished, target);
  } finally {
    removeQuietly(unfinished);
  }
}

function existing(path: string): { readonly text: string; readonly facts: Stats } | undefined {
  try {
    return { text: readFileSync(path, 'utf8'), facts: statSync(path) };
  } catch (error) {
    if (codeOf(error) === 'ENOENT') return undefined;
    throw error;
  }
}

/** The text with one more entry, everything else as it means. */
async function withEntry(path: string, text: string, key: string): Promise<string> {
  const { isMap, parseDocument } = await import('yaml');
  const document = parseDocument(text, READING);
  const isUsable = document.contents === null || isMap(document.contents);
  if (document.errors.length > 0 || !isUsable) {
    throw new PluginError(`${path} is not a list of lines "name: key"`, {
      hint: 'correct it, or move it away if no other plugin needs it',
    });
  }
  document.set(PROGRAM, key);
  return document.toString({ lineWidth: 0 });
}

/** Root makes the file for the owner of the database. */
function giveTo(path: string, { uid, gid }: Stats): void {
  if (process.geteuid?.() === 0) chownSync(path, uid, gid);
}

function linkIfNone(from: string, to: string): void {
  try {
    linkSync(from, to);
  } catch (error) {
    if (codeOf(error) !== 'EEXIST') throw error;
  }
}

function removeQuietly(path: string): void {
  try {
    unlinkSync(path);
  } catch {
    // It has become the file itself.
  }
}
