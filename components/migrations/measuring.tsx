"use client";
import { Gauge } from "lucide-react";
import { useRouter } from "next/navigation";
import { useActionState, useEffect } from "react";
import {
  callOffAction,
  measureAction,
} from "../../app/(console)/platforms/[platform]/migrations/measure-actions.ts";
import type { ReplayView } from "../../lib/queries/measured-migrations.ts";
import { Banner } from "../ui/banner.tsx";
import { Findings } from "../ui/findings.tsx";
import { FormStatus } from "../ui/form-status.tsx";
import { SubmitButton } from "../ui/submit-button.tsx";
import { Age } from "../ui/time.tsx";
import { isOpen, replayWords } from "./measured.model.ts";

/** Milliseconds between two looks how far it is. */
const LOOK_EVERY = 2_000;

export interface MeasuringProps {
  readonly platformId: string;
  readonly replay: ReplayView | null;
  readonly mayMeasure: boolean;
  /** It has been measured before: what has changed since is measured. */
  readonly again: boolean;
}

/** How far a worker is with the platform's migrations, or the button that asks for it. */
export function Measuring({ platformId, replay, mayMeasure, again }: MeasuringProps) {
  const router = useRouter();
  const [state, action] = useActionState(measureAction, { findings: [] });
  const running = isOpen(replay);
  useEffect(() => {
    if (!running) return;
    const timer = setInterval(() => router.refresh(), LOOK_EVERY);
    return () => clearInterval(timer);
  }, [router, running]);
  if (replay !== null && running) return <Running replay={replay} mayMeasure={mayMeasure} />;
  return (
    <>
      {replay !== null &&
        replay.endedAt !== null &&
        (replay.findings.length > 0 || replay.state !== "done") && (
          <Banner tone={replay.state === "failed" ? "bad" : "idle"}>
            {replayWords(replay)}, <Age at={replay.endedAt} />.
            {replay.findings.length > 0 && <Findings findings={replay.findings} />}
          </Banner>
        )}
      {mayMeasure && (
        <form action={action} className="flex flex-col items-start gap-2">
          <input type="hidden" name="platformId" value={platformId} />
          <SubmitButton variant="secondary">
            <Gauge aria-hidden />
            {again ? "Measure what is new" : "Measure the migrations"}
          </SubmitButton>
          <FormStatus findings={state.findings} />
        </form>
      )}
    </>
  );
}

function Running({ replay, mayMeasure }: { readonly replay: ReplayView; readonly mayMeasure: boolean }) {
  const [state, action] = useActionState(callOffAction, { findings: [] });
  return (
    <Banner tone="live" className="flex flex-wrap items-center justify-between gap-2">
      <span>
        {replayWords(replay)}, since <Age at={replay.startedAt ?? replay.createdAt} />; {replay.requestedBy}{" "}
        asked for it.
      </span>
      {mayMeasure && (
        <form action={action}>
          <input type="hidden" name="replayId" value={replay.id} />
          <SubmitButton variant="secondary">Call it off</SubmitButton>
          <FormStatus findings={state.findings} />
        </form>
      )}
    </Banner>
  );
}
