import { PluginError } from '../../base/plugin-error.ts';

/** There is an object under the key that was to be written once, and it is not this upload's. */
export class ObjectExistsError extends PluginError {
  /** @param doubt why it may be this upload's all the same */
  constructor(url: string, doubt?: string, cause?: unknown) {
    super(`${url} is already there, and is not replaced${doubt === undefined ? '' : ` (${doubt})`}`, {
      hint: 'each object is written once: delete what is there (delete_backup) or choose another folder, and start the backup again',
      cause,
    });
  }
}
