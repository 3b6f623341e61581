"use client";
import { useEffect, useRef } from "react";
import type { Finding } from "../../lib/findings/finding.ts";

/** Why somebody did not get in: the sentences alone. Read out, and focused when it appears. */
export function Refusal({ findings }: { readonly findings: readonly Finding[] | undefined }) {
  const box = useRef<HTMLDivElement>(null);
  useEffect(() => {
    if (findings !== undefined) box.current?.focus();
  }, [findings]);
  if (findings === undefined) return null;
  return (
    <div
      ref={box}
      role="alert"
      tabIndex={-1}
      className="rounded-md border border-bad/40 bg-bad-soft px-3 py-2 text-ink"
    >
      {findings.map(({ code, what, todo }) => (
        <p key={code}>
          <span className="font-medium text-bad">{what}</span> {todo}
        </p>
      ))}
    </div>
  );
}
