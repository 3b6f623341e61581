"use client";
import { useRouter } from "next/navigation";
import { type ReactNode, useActionState, useEffect } from "react";
import { Banner } from "../../components/ui/banner.tsx";
import { FormStatus } from "../../components/ui/form-status.tsx";
import { SubmitButton } from "../../components/ui/submit-button.tsx";
import { Age } from "../../components/ui/time.tsx";
import type { Progress } from "../../lib/rows/run-context.ts";
import { type FormState, UNTOUCHED } from "./operations/form-state.ts";

/** Milliseconds between two looks how far it is. */
const LOOK_EVERY = 2_000;

/** What a page knows of work that is no operation: a comparison, a try of migrations. */
export interface Underway {
  readonly id: string;
  readonly since: Date;
  readonly waiting: boolean;
  readonly progress: Progress | null;
  readonly progressAt: Date | null;
  readonly mayCancel: boolean;
}

interface BeingDoneProps extends Underway {
  /** What a worker does, before "since". */
  readonly doing: string;
  /** The name under which `callOff` takes the id. */
  readonly field: string;
  readonly callOff: (state: FormState, form: FormData) => Promise<FormState>;
  readonly howFar: (progress: Progress) => ReactNode;
}

/** A worker is at it, or will be: the page looks again until it has an answer. */
export function BeingDone(props: BeingDoneProps) {
  const { id, since, waiting, progress, progressAt, mayCancel, doing, field, callOff, howFar } = props;
  const router = useRouter();
  const [state, action] = useActionState(callOff, UNTOUCHED);
  useEffect(() => {
    const timer = setInterval(() => router.refresh(), LOOK_EVERY);
    return () => clearInterval(timer);
  }, [router]);
  return (
    <Banner tone="live" className="flex flex-wrap items-center justify-between gap-2">
      <span>
        {waiting ? "Waits for a worker" : doing}, since <Age at={since} />.
        {progress !== null && progressAt !== null && (
          <>
            {" "}
            {howFar(progress)} (<Age at={progressAt} />
            ).
          </>
        )}
      </span>
      {mayCancel && (
        <form action={action}>
          <input type="hidden" name={field} value={id} />
          <SubmitButton variant="secondary">Call it off</SubmitButton>
          <FormStatus findings={state.findings} />
        </form>
      )}
    </Banner>
  );
}
