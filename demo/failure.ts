/** What the demo expected did not happen; the message says what, where, and what happened instead. */
export class DemoFailure extends Error {
  override readonly name = 'DemoFailure';
}

/** @throws {DemoFailure} unless both are the same; `what` names the thing compared. */
export function mustEqual(what: string, actual: string | number, expected: string | number): void {
  if (actual !== expected) throw new DemoFailure(`${what}: expected ${expected}, got ${actual}`);
}
