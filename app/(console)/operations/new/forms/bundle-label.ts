import { formatRows } from "../../../../../components/ui/quantities.ts";
import type { BundleChoice } from "../../../../../lib/queries/new-operation.ts";

/** A bundle in a list of them: when it was made, how much it holds, whether it was drilled. */
export function bundleLabel({ createdAt, rows, drilledAt }: BundleChoice): string {
  const made = `${createdAt.toISOString().slice(0, 16).replace("T", " ")} UTC`;
  const size = rows === null ? "" : `, ${formatRows(rows)}`;
  return `${made}${size}, ${drilledAt === null ? "not drilled" : "drilled"}`;
}
