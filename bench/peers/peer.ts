import type { ByteRange } from '../../src/base/byte-range.ts';
import type { Command } from '../measure/lane.ts';

/** Where a job's requests go. */
export interface Endpoint {
  readonly url: string;
  /** The file with the certificate to trust, for https. */
  readonly certificate: string | undefined;
}

/** What a client is asked to do; `name` is an object's, whose end announces its size to the sink. */
export type Job =
  | { readonly kind: 'version' }
  | { readonly kind: 'store file'; readonly name: string; readonly file: string }
  | { readonly kind: 'up'; readonly name: string; readonly unsigned?: true }
  | { readonly kind: 'down'; readonly name: string }
  /**
   * All backups in a folder that the sink makes up, or the size of all objects there.
   * @param asks another command than list_backups, and what follows the config file; our plugin's alone
   */
  | { readonly kind: 'list'; readonly folder: string; readonly asks?: readonly string[] }
  | { readonly kind: 'subset'; readonly name: string; readonly ranges: readonly ByteRange[] };

/** A program that can be measured. */
export interface Peer {
  /** As tables and pictures name it. */
  readonly title: string;
  /** How many of the 2,000 tiny tables it is given, so that a slow start does not take minutes. */
  readonly tables: number;
  /** How this program does the job; undefined when it can't. */
  command(job: Job, endpoint: Endpoint): Command | undefined;
}

export const BUCKET = 'bench';
export const ACCESS_KEY = 'benchkey';
export const SECRET_KEY = 'benchsecret';
