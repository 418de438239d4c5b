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
      /** URLs of all places that were looked at, shown when all are empty. */
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
      /** Why there may have been nothing. */
      readonly note?: string;
    };
