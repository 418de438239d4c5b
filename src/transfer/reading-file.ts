import { PluginError } from '../base/plugin-error.ts';
import { systemHint, systemReason } from '../base/system-error.ts';
import { SourceError } from './source.ts';

/** What a call on the file at `path` gives; its failure is a SourceError that names the path. */
export function readingFile<T>(path: string, call: () => T): T {
  try {
    return call();
  } catch (cause) {
    if (cause instanceof PluginError) throw cause;
    throw new SourceError(`${path} can't be read: ${systemReason(cause)}`, {
      hint: systemHint('reading', cause),
      cause,
    });
  }
}
