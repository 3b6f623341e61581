"use client";
import { formatBytes, formatRows } from "../../../../components/ui/quantities.ts";
import type { Progress } from "../../../../lib/rows/run-context.ts";
import { BeingDone, type Underway } from "../../being-done.tsx";
import { cancelAction } from "../../bundles/actions.ts";

/** Two sides are being compared. */
export function BeingCompared(underway: Underway) {
  return (
    <BeingDone
      {...underway}
      doing="A worker reads both sides"
      field="comparisonId"
      callOff={cancelAction}
      howFar={howFar}
    />
  );
}

const howFar = ({ phase, table, rows, bytes }: Progress) =>
  `${table ?? phase}: ${formatRows(rows)}, ${formatBytes(bytes)}`;
