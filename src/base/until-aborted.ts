import { onAbort } from './abort-scope.ts';

/** The task's result, or the signal's reason as soon as there is one. */
export async function untilAborted<R>(task: Promise<R>, signal: AbortSignal): Promise<R> {
  if (signal.aborted) {
    // Nobody will ask how it went.
    task.catch(() => {});
    throw signal.reason;
  }
  return await new Promise<R>((resolve, reject) => {
    const forget = onAbort(signal, () => reject(signal.reason));
    const settle = (then: () => void): void => {
      forget();
      then();
    };
    task.then(
      (result) => settle(() => resolve(result)),
      (error: unknown) => settle(() => reject(error)),
    );
  });
}
