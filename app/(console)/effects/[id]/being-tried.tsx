"use client";
import { formatRows } from "../../../../components/ui/quantities.ts";
import type { Progress } from "../../../../lib/rows/run-context.ts";
import { BeingDone, type Underway } from "../../being-done.tsx";
import { callOffEffectAction } from "../../platforms/[platform]/migrations/effect-actions.ts";

/** Migrations are being tried over a bundle. */
export function BeingTried(underway: Underway) {
  return (
    <BeingDone
      {...underway}
      doing="A worker tries it on a throwaway server"
      field="effectId"
      callOff={callOffEffectAction}
      howFar={howFar}
    />
  );
}

const howFar = ({ phase, table, rows }: Progress) => (
  <>
    {phase}
    {table !== null && (
      <>
        {" "}
        <code className="break-all">{table}</code>
      </>
    )}
    {phase !== "migrating" && `, ${formatRows(rows)}`}
  </>
);
