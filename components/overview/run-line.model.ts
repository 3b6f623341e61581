/** How far a run is, in one short line. */
import type { OperationProgress } from "../../lib/engine/progress.ts";
import { formatBytes, formatCount, formatRows, formatShare } from "../ui/quantities.ts";

/** `data · 31 002 of 48 211 rows · 64 %`, or as much of it as is known. */
export function progressInWords(progress: OperationProgress | null): string {
  if (progress === null) return "no progress reported yet";
  const { phase, rows, totalRows, bytes } = progress;
  const done = totalRows === null ? formatRows(rows) : `${formatCount(rows)} of ${formatRows(totalRows)}`;
  const share = totalRows === null || totalRows === 0 ? formatBytes(bytes) : formatShare(rows, totalRows);
  return `${phase} · ${done} · ${share}`;
}
