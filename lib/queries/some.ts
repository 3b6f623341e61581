/** Some of a list, and how many there are. */
export interface Some<Entry> {
  readonly entries: readonly Entry[];
  readonly total: number;
}

/** Entries of a short list on a page that has several. */
export const A_FEW = 8;
