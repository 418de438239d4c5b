/** An object as a list shows it. */
export interface Listed {
  readonly key: string;
  /** Bytes. */
  readonly size: number;
}

/** How a command ended that did not fail: its exit code tells, for commands of the catalogue. */
export type Outcome =
  | 'ok'
  | 'findings'
  | 'nothing found'
  /** What was looked at can't be reached, or access to it is denied. */
  | 'unreachable'
  /** The config file is wrong. */
  | 'usage'
  /** The exit code that another program expects. */
  | { readonly exitCode: number };

/** What a text is written on. */
export interface Paper {
  /** Whether a person reads it: no control character of a hostile name may reach it. */
  readonly terminal: boolean;
  readonly colours: boolean;
  /** Characters of a line. */
  readonly columns: number;
}

/** What a command of the catalogue answers. */
export interface Answer {
  readonly kind: 'answer';
  /** The `result` of `--json`: plain data, bytes as numbers, times as ISO 8601. */
  readonly data: unknown;
  /** The same for people, a piece at a time, with all line ends. Hostile names are escaped in it. */
  readonly text: (paper: Paper) => Iterable<string> | AsyncIterable<string>;
  /** What makes it less than complete; a line each. */
  readonly warnings?: readonly string[];
  /** `ok` if absent. */
  readonly outcome?: Outcome;
}

/** What a command found or did, as data; `render.ts` makes text of it, `json.ts` JSON. */
export type CommandResult =
  | Answer
  | {
      readonly kind: 'listing';
      readonly pages: AsyncIterable<readonly Listed[]>;
      /** URLs of the places that a given prefix may mean, for a remark when nothing is there. Without a prefix: none. */
      readonly lookedFor: readonly string[];
    }
  | {
      readonly kind: 'deletion';
      /** URL of the place. */
      readonly where: string;
      readonly objects: number;
      readonly bytes: number;
      /** Unfinished uploads that were removed. */
      readonly uploads: number;
      /** Versions that were deleted for good, besides. */
      readonly versions?: number;
      /** What deleting only hid. */
      readonly remaining?: { readonly versions: number; readonly bytes: number } | undefined;
      /** Why there may have been nothing. */
      readonly note?: string;
      /** The same of its replica at the second site. */
      readonly replica?: Omit<CommandResult & { readonly kind: 'deletion' }, 'replica'>;
    }
  | {
      /** Files that were moved between a directory and the bucket; people are told nothing. */
      readonly kind: 'files';
      readonly directory: string;
      readonly files: number;
      readonly bytes: number;
      /** What was left out, a line each. */
      readonly leftOut: readonly string[];
    }
  | {
      readonly kind: 'lines';
      readonly lines: readonly string[];
      /** What there is to know about them. */
      readonly remarks: readonly string[];
    };
