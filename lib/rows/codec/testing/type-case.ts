export interface TypeCase {
  readonly type: string;
  readonly values: readonly string[];
  /** The type has no send function: its values are compared by their text alone. */
  readonly textOnly?: true;
}
