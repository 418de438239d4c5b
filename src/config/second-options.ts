import { REMOTE } from './options/second-site.ts';

/** Options that make use of a second site. */
export const SWITCHES = ['replication', 'restore_failover'] as const;

/** Whether a file says anything of a second site, or wants one. Each start asks this. */
export function namesSecondSite(options: ReadonlyMap<string, string>): boolean {
  for (const [name, text] of options) {
    if (name.startsWith(REMOTE)) return true;
    if ((name === SWITCHES[0] || name === SWITCHES[1]) && text !== '') return true;
  }
  return false;
}
