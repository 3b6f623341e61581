"use client";
import { useRouter } from "next/navigation";
import { useActionState, useEffect } from "react";
import { Banner } from "../../../../components/ui/banner.tsx";
import { FormStatus } from "../../../../components/ui/form-status.tsx";
import { SubmitButton } from "../../../../components/ui/submit-button.tsx";
import { Age } from "../../../../components/ui/time.tsx";
import { UNTOUCHED } from "../../operations/form-state.ts";
import { verifyAction } from "../actions.ts";

/** Asks a worker to read the whole file. */
export function VerifyNow({ bundleId }: { readonly bundleId: string }) {
  const [state, action] = useActionState(verifyAction, UNTOUCHED);
  return (
    <form action={action} className="flex flex-col gap-2">
      <input type="hidden" name="bundleId" value={bundleId} />
      <SubmitButton variant="secondary">Verify now</SubmitButton>
      <FormStatus findings={state.findings} />
    </form>
  );
}

/** Milliseconds between two looks whether a worker has answered. */
const LOOK_EVERY = 4_000;

/** A worker is at it, or will be: the page looks again until it has answered. */
export function BeingVerified({ since }: { readonly since: Date }) {
  const router = useRouter();
  useEffect(() => {
    const timer = setInterval(() => router.refresh(), LOOK_EVERY);
    return () => clearInterval(timer);
  }, [router]);
  return (
    <Banner tone="live">
      A worker reads the whole file to verify it: asked for <Age at={since} />. What stands below is what the
      last verification found.
    </Banner>
  );
}
