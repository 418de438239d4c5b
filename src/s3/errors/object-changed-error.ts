import { PluginError } from '../../base/plugin-error.ts';

/** Between two ranges the object under a key became another one: their bytes do not belong together. */
export class ObjectChangedError extends PluginError {
  constructor(url: string, cause?: unknown) {
    super(`${url} was replaced or deleted while it was read`, {
      hint: 'nothing may write to the folder of a backup while it is restored: start the restore again',
      cause,
    });
  }
}
