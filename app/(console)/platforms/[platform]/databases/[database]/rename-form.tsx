"use client";
import { useActionState } from "react";
import { Field } from "../../../../../../components/ui/field.tsx";
import { FormStatus } from "../../../../../../components/ui/form-status.tsx";
import { Input } from "../../../../../../components/ui/input.tsx";
import { SubmitButton } from "../../../../../../components/ui/submit-button.tsx";
import type { RegisteredDatabaseView } from "../../../../../../lib/queries/registration.ts";
import { renameDatabaseAction } from "../../../actions.ts";
import { NOTHING_TYPED } from "../../../registration-state.ts";

/** What the database is called in the console. */
export function RenameForm({ database }: { readonly database: Pick<RegisteredDatabaseView, "id" | "name"> }) {
  const [state, action] = useActionState(renameDatabaseAction, NOTHING_TYPED);
  return (
    <form action={action} className="flex flex-col gap-3">
      <FormStatus findings={state.findings} />
      <input type="hidden" name="databaseId" value={database.id} />
      <Field
        id="rename"
        name="name"
        label="Name"
        hint="On the console's pages only; plans, approvals and runs go on under it. The audit trail keeps both."
        required
      >
        {(control) => (
          <Input
            {...control}
            key={database.name}
            defaultValue={state.values.name ?? database.name}
            maxLength={100}
            autoComplete="off"
          />
        )}
      </Field>
      <div>
        <SubmitButton variant="secondary">Rename</SubmitButton>
      </div>
    </form>
  );
}
