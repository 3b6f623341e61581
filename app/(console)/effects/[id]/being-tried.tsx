"use client";
import { useRouter } from "next/navigation";
import { useActionState, useEffect } from "react";
import { Banner } from "../../../../components/ui/banner.tsx";
import { FormStatus } from "../../../../components/ui/form-status.tsx";
import { formatRows } from "../../../../components/ui/quantities.ts";
import { SubmitButton } from "../../../../components/ui/submit-button.tsx";
import { Age } from "../../../../components/ui/time.tsx";
import type { Progress } from "../../../../lib/rows/run-context.ts";
import { UNTOUCHED } from "../../operations/form-state.ts";
import { callOffEffectAction } from "../../platforms/[platform]/migrations/effect-actions.ts";

/** Milliseconds between two looks how far it is. */
const LOOK_EVERY = 2_000;

interface BeingTriedProps {
  readonly id: string;
  readonly since: Date;
  readonly waiting: boolean;
  readonly progress: Progress | null;
  readonly progressAt: Date | null;
  readonly mayCancel: boolean;
}

/** A worker is at it, or will be: the page looks again until it has an answer. */
export function BeingTried({ id, since, waiting, progress, progressAt, mayCancel }: BeingTriedProps) {
  const router = useRouter();
  const [state, action] = useActionState(callOffEffectAction, UNTOUCHED);
  useEffect(() => {
    const timer = setInterval(() => router.refresh(), LOOK_EVERY);
    return () => clearInterval(timer);
  }, [router]);
  return (
    <Banner tone="live" className="flex flex-wrap items-center justify-between gap-2">
      <span>
        {waiting ? "Waits for a worker, since " : "A worker tries it on a throwaway server, since "}
        <Age at={since} />.
        {progress !== null && progressAt !== null && (
          <>
            {" "}
            {progress.phase}
            {progress.table !== null && (
              <>
                {" "}
                <code className="break-all">{progress.table}</code>
              </>
            )}
            {progress.phase !== "migrating" && `, ${formatRows(progress.rows)}`} (<Age at={progressAt} />
            ).
          </>
        )}
      </span>
      {mayCancel && (
        <form action={action}>
          <input type="hidden" name="effectId" value={id} />
          <SubmitButton variant="secondary">Call it off</SubmitButton>
          <FormStatus findings={state.findings} />
        </form>
      )}
    </Banner>
  );
}
