"use client";
import { RefreshCw } from "lucide-react";
import { useActionState } from "react";
import { lookAgainAction } from "../../app/(console)/platforms/actions.ts";
import { FormStatus } from "../ui/form-status.tsx";
import { SubmitButton } from "../ui/submit-button.tsx";

/** Looks at a database now instead of at the worker's next round. */
export function LookAgain({ databaseId, name }: { readonly databaseId: string; readonly name: string }) {
  const [state, action] = useActionState(lookAgainAction, { findings: [] });
  return (
    <form action={action} className="flex flex-col items-end gap-2">
      <input type="hidden" name="databaseId" value={databaseId} />
      <SubmitButton variant="secondary" size="sm">
        <RefreshCw aria-hidden />
        Look again<span className="sr-only"> at {name}</span>
      </SubmitButton>
      <FormStatus findings={state.findings} />
    </form>
  );
}
