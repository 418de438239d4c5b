/** Names in a message: the first few, and how many there are more. */
const MOST = 5;

/** `a; b; c and 12 more`. */
export function listed(all: readonly string[]): string {
  const more = all.length - MOST;
  return `${all.slice(0, MOST).join('; ')}${more > 0 ? ` and ${more} more` : ''}`;
}
