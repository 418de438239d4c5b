/** Milliseconds without progress after which the second site is asked, and the same of a server that never answered. */
export const BOUNDS = { timeout: 30_000, reachTimeout: 15_000 };
