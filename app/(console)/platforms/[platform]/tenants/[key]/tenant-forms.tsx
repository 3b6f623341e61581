"use client";
import { useActionState } from "react";
import { Field } from "../../../../../../components/ui/field.tsx";
import { FormStatus } from "../../../../../../components/ui/form-status.tsx";
import { Input } from "../../../../../../components/ui/input.tsx";
import { SubmitButton } from "../../../../../../components/ui/submit-button.tsx";
import { Textarea } from "../../../../../../components/ui/textarea.tsx";
import { UNTOUCHED } from "../../../../operations/form-state.ts";
import { confirmFinalizerAction, dismissAction, holdTenantAction } from "./actions.ts";

export interface TenantPlace {
  readonly databaseId: string;
  readonly tenantKey: string;
  readonly platform: string;
  readonly database: string;
}

function Place({ at }: { readonly at: TenantPlace }) {
  return Object.entries(at).map(([name, value]) => (
    <input key={name} type="hidden" name={name} value={value} />
  ));
}

/** Sets or lifts the tenant's legal hold. */
export function HoldTenantForm({ at, held }: { readonly at: TenantPlace; readonly held: boolean }) {
  const [state, action] = useActionState(holdTenantAction, UNTOUCHED);
  const label = held ? "Lift the hold" : "Hold it";
  return (
    <details open={state.findings.length > 0}>
      <summary>{held ? label : "Hold it: no delete of it runs"}</summary>
      <form action={action} className="mt-2 flex max-w-xl flex-col gap-2">
        <Place at={at} />
        <input type="hidden" name="hold" value={held ? "lift" : "set"} />
        <Field id="tenant-hold-reason" name="reason" label="Why" hint="Kept in the audit trail." required>
          {(control) => (
            <Input {...control} maxLength={500} defaultValue={state.values.reason} autoComplete="off" />
          )}
        </Field>
        <FormStatus findings={state.findings} />
        <div>
          <SubmitButton variant="secondary">{label}</SubmitButton>
        </div>
      </form>
    </details>
  );
}

/** What a person has done outside the database, said for one finalizer. */
export function ConfirmFinalizerForm({
  at,
  finalizer,
  again,
}: {
  readonly at: TenantPlace;
  readonly finalizer: string;
  readonly again: boolean;
}) {
  const [state, action] = useActionState(confirmFinalizerAction, UNTOUCHED);
  return (
    <details open={state.findings.length > 0}>
      <summary>{again ? "Confirm it again" : "Confirm that it is seen to"}</summary>
      <form action={action} className="mt-2 flex max-w-xl flex-col gap-2">
        <Place at={at} />
        <input type="hidden" name="finalizer" value={finalizer} />
        <Field
          id={`note-${finalizer}`}
          name="note"
          label="What was done"
          hint="And how one can see that. Kept with the confirmation; no personal data, please."
          required
        >
          {(control) => <Textarea {...control} rows={2} maxLength={2000} defaultValue={state.values.note} />}
        </Field>
        <FormStatus findings={state.findings} />
        <div>
          <SubmitButton variant="secondary">Confirm {finalizer}</SubmitButton>
        </div>
      </form>
    </details>
  );
}

/** Takes a tenant that is there again off the list of those that are to be deleted again. */
export function DismissForm({ at }: { readonly at: TenantPlace }) {
  const [state, action] = useActionState(dismissAction, UNTOUCHED);
  return (
    <details open={state.findings.length > 0} className="mb-2">
      <summary>It stays: take it off the list</summary>
      <form action={action} className="mt-2 flex max-w-xl flex-col gap-2">
        <Place at={at} />
        <Field
          id="dismiss-reason"
          name="reason"
          label="Why it stays"
          hint="Its data was to be erased, and a certificate says that it was. Kept in the audit trail."
          required
        >
          {(control) => (
            <Input {...control} maxLength={500} defaultValue={state.values.reason} autoComplete="off" />
          )}
        </Field>
        <FormStatus findings={state.findings} />
        <div>
          <SubmitButton variant="secondary">It stays</SubmitButton>
        </div>
      </form>
    </details>
  );
}
