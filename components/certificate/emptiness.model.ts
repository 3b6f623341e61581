/** What a proof of emptiness has looked at, in words. Pure. */
import type { EmptinessProof } from "../../lib/rows/delete/prove-empty.ts";
import { formatCount } from "../ui/quantities.ts";

type Table = EmptinessProof["tables"][number];
type Reference = EmptinessProof["references"][number];

/** Rows that are left of a table, and how that was told. */
export function tableInWords({ byPath, byKey }: Pick<Table, "byPath" | "byKey">): string {
  if (byPath === null && byKey === null) return "gone with its schema";
  return formatCount((byPath ?? 0) + (byKey ?? 0));
}

/** Rows that still name what was deleted. */
export function referenceInWords({
  rows,
  byConstraint,
  left,
}: Pick<Reference, "rows" | "byConstraint" | "left">): string {
  if (byConstraint === true) return "none: its constraint holds for every row";
  if (rows === null) return "not known: it came after the rows were noted";
  return left && rows > 0 ? `${formatCount(rows)}, left by the plan's answer` : formatCount(rows);
}
