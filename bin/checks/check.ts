/** One check of the project as a whole, and how it ended. */
export interface Check {
  readonly name: string;
  readonly passed: boolean;
  /** What the reader needs where it did not pass. */
  readonly output: string;
}
