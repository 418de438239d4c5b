/** An object as a list shows it. */
export interface Listed {
  readonly key: string;
  /** Bytes. */
  readonly size: number;
}

/** What a command found or did, as data; `render.ts` makes text of it. */
export type CommandResult =
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
    }
  | {
      readonly kind: 'lines';
      readonly lines: readonly string[];
      /** What there is to know about them. */
      readonly remarks: readonly string[];
    };
