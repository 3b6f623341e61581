"use client";
import { useRouter } from "next/navigation";
import { useActionState, useEffect } from "react";
import { Banner } from "../../../../components/ui/banner.tsx";
import { FormStatus } from "../../../../components/ui/form-status.tsx";
import { formatBytes, formatRows } from "../../../../components/ui/quantities.ts";
import { SubmitButton } from "../../../../components/ui/submit-button.tsx";
import { Age } from "../../../../components/ui/time.tsx";
import type { Progress } from "../../../../lib/rows/run-context.ts";
import { cancelAction } from "../../bundles/actions.ts";
import { UNTOUCHED } from "../../operations/form-state.ts";

/** Milliseconds between two looks how far it is. */
const LOOK_EVERY = 2_000;

interface BeingComparedProps {
  readonly id: string;
  readonly since: Date;
  readonly waiting: boolean;
  readonly progress: Progress | null;
  readonly progressAt: Date | null;
  readonly mayCancel: boolean;
}

/** A worker is at it, or will be: the page looks again until it has an answer. */
export function BeingCompared({ id, since, waiting, progress, progressAt, mayCancel }: BeingComparedProps) {
  const router = useRouter();
  const [state, action] = useActionState(cancelAction, UNTOUCHED);
  useEffect(() => {
    const timer = setInterval(() => router.refresh(), LOOK_EVERY);
    return () => clearInterval(timer);
  }, [router]);
  return (
    <Banner tone="live" className="flex flex-wrap items-center justify-between gap-2">
      <span>
        {waiting ? "Waits for a worker, since " : "A worker reads both sides, since "}
        <Age at={since} />.
        {progress !== null && progressAt !== null && (
          <>
            {" "}
            {progress.table ?? progress.phase}: {formatRows(progress.rows)}, {formatBytes(progress.bytes)} (
            <Age at={progressAt} />
            ).
          </>
        )}
      </span>
      {mayCancel && (
        <form action={action}>
          <input type="hidden" name="comparisonId" value={id} />
          <SubmitButton variant="secondary">Call it off</SubmitButton>
          <FormStatus findings={state.findings} />
        </form>
      )}
    </Banner>
  );
}
