/**
 * Waits for something that other processes bring about and that has no event to wait for.
 * @throws when it has not come about after a time that no healthy machine needs.
 */
export async function until(condition: () => boolean | Promise<boolean>, limit = 30_000): Promise<void> {
  const startedAt = performance.now();
  while (!(await condition())) {
    if (performance.now() - startedAt > limit)
      throw new Error(`not so after ${limit} ms: ${condition.toString()}`);
    await new Promise((resolve) => setImmediate(resolve));
  }
}
