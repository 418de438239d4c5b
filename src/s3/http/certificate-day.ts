const DAY = 24 * 3_600_000;

/** The day of a certificate, for messages; with the minute where it is today's, since some last an hour. In UTC. */
export function certificateDay(time: number, now: number): string {
  const text = new Date(time).toISOString();
  return Math.abs(time - now) < DAY ? `${text.slice(0, 16).replace('T', ' ')} UTC` : text.slice(0, 10);
}
