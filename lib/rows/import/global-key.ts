/** Keys of the target whose values an import brings along as they are. */
import type { Key } from "../../catalog/catalog.ts";
import type { Gathering } from "./scan.ts";

/** A key none of whose values change on the way but by a substitution: they may be taken on the other side. */
export interface GlobalKey extends Gathering {
  readonly key: Pick<Key, "name" | "columns">;
  /** More than equality of whole columns decides; null where that is all. */
  readonly rule: MeetingRule | null;
}

export interface MeetingRule {
  readonly name: string;
  readonly kind: "unique" | "exclusion";
  /** Over the columns of one row, as pg_catalog prints them, with the operator that must not hold for all at once. */
  readonly elements: readonly { readonly sql: string; readonly operator: string }[];
  /** Rows for which it is not true are left out of the key. */
  readonly predicate: string | null;
  readonly nullsEqual: boolean;
  /** The columns, where these alone decide. */
  readonly whole: readonly string[] | null;
}
