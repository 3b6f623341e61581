"use client";
import { useEffect, useRef } from "react";
import type { Finding } from "../../lib/findings/finding.ts";
import { Findings } from "./findings.tsx";

/** What came back of a form: nothing yet, or why it was refused. Read out, and focused when it appears. */
export function FormStatus({ findings }: { readonly findings: readonly Finding[] | undefined }) {
  const box = useRef<HTMLDivElement>(null);
  const refused = findings !== undefined && findings.length > 0;
  useEffect(() => {
    if (refused) box.current?.focus();
  }, [refused]);
  if (!refused) return null;
  return (
    <div
      ref={box}
      role="alert"
      tabIndex={-1}
      className="rounded-md border border-bad/40 bg-bad-soft px-3 py-1.5 text-ink"
    >
      <p className="font-medium text-bad">Not done: nothing was changed.</p>
      <Findings findings={findings} />
    </div>
  );
}
