import { formatCount, formatRows } from "../../../../../components/ui/quantities.ts";
import type { BundleChoice } from "../../../../../lib/queries/new-operation-tenant.ts";

/**
 * A bundle in a list of them: when it was made, how many rows of the tenant's it holds (those that a plan counts, too) and
 * how many that it shares with others, whether it was drilled.
 */
export function bundleLabel({ createdAt, rows, commonRows, drilledAt }: BundleChoice): string {
  const made = `${createdAt.toISOString().slice(0, 16).replace("T", " ")} UTC`;
  const common = commonRows ? ` and ${formatCount(commonRows)} common` : "";
  const size = rows === null ? "" : `, ${formatRows(rows)}${common}`;
  return `${made}${size}, ${drilledAt === null ? "not drilled" : "drilled"}`;
}
