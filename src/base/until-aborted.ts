/** The task's result, or the signal's reason as soon as there is one. */
export async function untilAborted<R>(task: Promise<R>, signal: AbortSignal): Promise<R> {
  signal.throwIfAborted();
  return await new Promise<R>((resolve, reject) => {
    const stop = (): void => reject(signal.reason);
    const settle = (then: () => void): void => {
      signal.removeEventListener('abort', stop);
      then();
    };
    signal.addEventListener('abort', stop, { once: true });
    task.then(
      (result) => settle(() => resolve(result)),
      (error: unknown) => settle(() => reject(error)),
    );
  });
}
