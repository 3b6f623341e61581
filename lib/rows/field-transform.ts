/**
 * What the transcoder lets others do to a value on its way from a bundle's line to COPY text. A row never
 * becomes an object: a transform sees bytes and gives bytes.
 */

/** The line at hand. Columns by their place in the manifest. */
export interface RowView {
  isNull(column: number): boolean;
  /**
   * The value as the output function's text, unescaped (`true`/`false` and numbers as they stand in the line).
   * Valid until the transcoder goes on to the next line: copy what must outlive it.
   */
  bytes(column: number): Buffer;
}

/**
 * Gives the value to write: bytes (unescaped text for the type's input function), null for SQL NULL, or
 * undefined to keep what the bundle has. Called for every row, NULLs included, in column order.
 */
export type FieldTransform = (row: RowView, column: number) => Buffer | null | undefined;
