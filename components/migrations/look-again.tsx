"use client";
import { RefreshCw } from "lucide-react";
import { useRouter } from "next/navigation";
import { useActionState, useEffect } from "react";
import { lookAtMigrationsAction } from "../../app/(console)/platforms/[platform]/migrations/actions.ts";
import { FormStatus } from "../ui/form-status.tsx";
import { Status } from "../ui/status.tsx";
import { SubmitButton } from "../ui/submit-button.tsx";

/** Milliseconds. */
const LOOK_EVERY = 2_000;

/** Has a worker look now instead of at its next round: it is the worker's machine that has the files. */
export function LookAtMigrations({ platform }: { readonly platform: string }) {
  const [state, action] = useActionState(lookAtMigrationsAction, { findings: [] });
  return (
    <form action={action} className="flex flex-col items-end gap-2">
      <input type="hidden" name="platform" value={platform} />
      <SubmitButton variant="secondary">
        <RefreshCw aria-hidden />
        Look again
      </SubmitButton>
      <FormStatus findings={state.findings} />
    </form>
  );
}

/** Until a worker has looked the page asks again. */
export function BeingLookedAt() {
  const router = useRouter();
  useEffect(() => {
    const timer = setInterval(() => router.refresh(), LOOK_EVERY);
    return () => clearInterval(timer);
  }, [router]);
  return (
    <Status tone="live" boxed>
      A worker will look within a few seconds
    </Status>
  );
}
