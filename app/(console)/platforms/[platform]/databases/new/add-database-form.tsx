"use client";
import { useActionState, useEffect } from "react";
import { FormStatus } from "../../../../../../components/ui/form-status.tsx";
import { Panel } from "../../../../../../components/ui/panel.tsx";
import { SubmitButton } from "../../../../../../components/ui/submit-button.tsx";
import { addDatabaseAction } from "../../../actions.ts";
import { DatabaseFields } from "../../../database-fields.tsx";
import { NOTHING_TYPED } from "../../../registration-state.ts";
import { TRIAL_ID, TrialPanel } from "../../../trial-panel.tsx";

export function AddDatabaseForm({ platformId }: { readonly platformId: string }) {
  const [state, action] = useActionState(addDatabaseAction, NOTHING_TYPED);
  useEffect(() => {
    if (state.trial !== null) document.getElementById(TRIAL_ID)?.scrollIntoView({ block: "nearest" });
  }, [state.trial]);
  return (
    <form action={action} className="grid items-start gap-3 lg:grid-cols-2">
      <input type="hidden" name="platformId" value={platformId} />
      <div className="flex flex-col gap-3">
        <FormStatus findings={state.findings} />
        <Panel title="Database">
          <div className="flex flex-col gap-3">
            <DatabaseFields state={state} />
          </div>
        </Panel>
        <div className="flex flex-wrap gap-2">
          <SubmitButton name="intent" value="try" variant="secondary" formNoValidate>
            Try it
          </SubmitButton>
          <SubmitButton name="intent" value="register" formNoValidate>
            Add the database
          </SubmitButton>
        </div>
      </div>
      <TrialPanel trial={state.trial} />
    </form>
  );
}
