/** Titles of peers that goals are judged against. */
export const OURS = 'this plugin';
export const OURS_KEPT = 'this plugin, kept keys';
export const OTHER = 'other plugin';
export const OTHER_TUNED = 'other plugin, 16 MB x 4';

type Measure = 'wall' | 'cpu' | 'peak';

/** One figure that must be reached. */
export interface Goal {
  readonly case: string;
  readonly what: string;
  readonly measure: Measure;
  /** Of the Go plugin, in seconds, measured with the prototype on another machine of 2 cores. */
  readonly go?: number;
  readonly prototype?: number;
  /** The most that is allowed: as a share of `go`, of curl's, or in seconds or MB. */
  readonly most: number;
  readonly of: 'Go' | 'Go tuned' | 'curl' | 'absolute';
}

/** What curl took there for a plain GET of 4 GiB, with the CPU of the `cat` behind it: what machines are compared by. */
export const CURL_THERE = { wall: 3.6, cpu: 4.3 } as const;

const signed = '4 GiB backup_data, body signed';
const unsigned = '4 GiB backup_data, body unsigned';
const down = '4 GiB restore_data';
const tuned = '4 GiB restore_data, Go tuned by hand';
const curl = '4 GiB restore_data beside curl, `cat` counted on both sides';

/** What the plugin must reach. Commit charge is judged apart: no peer is asked for it. */
export const GOALS: readonly Goal[] = [
  {
    case: 'version',
    what: '`plugin_api_version`, time',
    measure: 'wall',
    go: 0.007,
    prototype: 0.005,
    most: 0.85,
    of: 'Go',
  },
  {
    case: 'store-1kB',
    what: '1 kB backup_file, time',
    measure: 'wall',
    go: 0.021,
    prototype: 0.008,
    most: 0.5,
    of: 'Go',
  },
  {
    case: 'store-1kB',
    what: '1 kB backup_file, CPU',
    measure: 'cpu',
    go: 0.02,
    prototype: 0.007,
    most: 0.5,
    of: 'Go',
  },
  {
    case: 'up-4GiB',
    what: `${signed}, time`,
    measure: 'wall',
    go: 15.8,
    prototype: 9.9,
    most: 0.6,
    of: 'Go',
  },
  { case: 'up-4GiB', what: `${signed}, CPU`, measure: 'cpu', go: 17, prototype: 9.3, most: 0.5, of: 'Go' },
  { case: 'up-4GiB', what: `${signed}, MB`, measure: 'peak', most: 130, of: 'absolute' },
  {
    case: 'up-4GiB-unsigned',
    what: `${unsigned}, time`,
    measure: 'wall',
    go: 10,
    prototype: 5.3,
    most: 0.5,
    of: 'Go',
  },
  {
    case: 'up-4GiB-unsigned',
    what: `${unsigned}, CPU`,
    measure: 'cpu',
    go: 16.9,
    prototype: 5.3,
    most: 0.3,
    of: 'Go',
  },
  { case: 'up-4GiB-unsigned', what: `${unsigned}, MB`, measure: 'peak', most: 130, of: 'absolute' },
  { case: 'down-4GiB', what: `${down}, time`, measure: 'wall', go: 6.3, prototype: 4, most: 0.65, of: 'Go' },
  { case: 'down-4GiB', what: `${down}, CPU`, measure: 'cpu', go: 6.1, prototype: 3.5, most: 0.55, of: 'Go' },
  { case: 'down-4GiB', what: `${down}, MB`, measure: 'peak', most: 120, of: 'absolute' },
  {
    case: 'down-4GiB',
    what: `${tuned}, time`,
    measure: 'wall',
    go: 3.2,
    prototype: 3.4,
    most: 1,
    of: 'Go tuned',
  },
  {
    case: 'down-4GiB',
    what: `${tuned}, CPU`,
    measure: 'cpu',
    go: 2.8,
    prototype: 3.2,
    most: 1,
    of: 'Go tuned',
  },
  { case: 'down-4GiB', what: `${curl}, time`, measure: 'wall', most: 1, of: 'curl' },
  { case: 'down-4GiB', what: `${curl}, CPU`, measure: 'cpu', most: 0.9, of: 'curl' },
  {
    case: 'network-up',
    what: '1 GiB up at 30 ms and 60 MB/s, time',
    measure: 'wall',
    go: 15,
    prototype: 3.1,
    most: 3.5,
    of: 'absolute',
  },
  {
    case: 'network-down-4GiB',
    what: '4 GiB down at 30 ms and 60 MB/s, time',
    measure: 'wall',
    go: 19.4,
    prototype: 11.2,
    most: 11.5,
    of: 'absolute',
  },
  {
    case: 'https-up',
    what: '2 GiB up over https, time',
    measure: 'wall',
    go: 8.7,
    prototype: 3.8,
    most: 0.45,
    of: 'Go tuned',
  },
  {
    case: 'https-up',
    what: '2 GiB up over https, CPU',
    measure: 'cpu',
    go: 7.8,
    prototype: 2.6,
    most: 0.45,
    of: 'Go tuned',
  },
];

/** MB of commit charge: idle in backup_data, and with all buffers in use. */
export const COMMIT_GOALS = { idle: 150, busy: 300 } as const;
