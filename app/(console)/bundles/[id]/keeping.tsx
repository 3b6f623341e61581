"use client";
import { useActionState } from "react";
import { keptWords, RETENTION_CHOICES } from "../../../../components/bundle/keeping.model.ts";
import { Facts } from "../../../../components/ui/facts.tsx";
import { Field } from "../../../../components/ui/field.tsx";
import { FormStatus } from "../../../../components/ui/form-status.tsx";
import { Input } from "../../../../components/ui/input.tsx";
import { Select } from "../../../../components/ui/select.tsx";
import { SubmitButton } from "../../../../components/ui/submit-button.tsx";
import { Age, Time } from "../../../../components/ui/time.tsx";
import type { BundleView } from "../../../../lib/queries/bundle.ts";
import { UNTOUCHED } from "../../operations/form-state.ts";
import { holdAction, keepAction } from "../actions.ts";

export interface KeepingProps {
  readonly bundle: Pick<BundleView, "id" | "state" | "retention" | "expiresAt" | "hold">;
  /** A deleted tenant can be brought back from it: it is kept exactly as long. */
  readonly needed: boolean;
  readonly mayKeep: boolean;
  readonly mayHold: boolean;
}

/** Until when the file is kept, what holds it, and the forms that change both. */
export function Keeping({ bundle, needed, mayKeep, mayHold }: KeepingProps) {
  const { retention, expiresAt, hold, state } = bundle;
  const there = state !== "expired" && state !== "writing";
  return (
    <div className="flex flex-col gap-3">
      <Facts
        facts={[
          { label: "Kept", value: keptWords(retention, expiresAt !== null, needed) },
          { label: "Expires", value: expiresAt === null ? "never" : <Age at={expiresAt} /> },
          {
            label: "Hold",
            value:
              hold === null ? (
                "none"
              ) : (
                <>
                  by {hold.by ?? "somebody"}, <Time at={hold.at} />: {hold.reason}. It is not removed when it
                  expires.
                </>
              ),
          },
        ]}
      />
      {there && mayKeep && !needed && <KeepForm bundle={bundle} />}
      {there && mayHold && <HoldForm bundle={bundle} />}
    </div>
  );
}

function KeepForm({ bundle }: Pick<KeepingProps, "bundle">) {
  const [state, action] = useActionState(keepAction, UNTOUCHED);
  const kept = state.values.retention ?? bundle.retention ?? "";
  return (
    <details open={state.findings.length > 0}>
      <summary>Keep it for another time</summary>
      <form action={action} className="mt-2 flex max-w-xl flex-col gap-2">
        <input type="hidden" name="bundleId" value={bundle.id} />
        <Field name="retention" label="Kept for" hint="Counted from the day on which it was made.">
          {(control) => (
            <Select
              {...control}
              required
              key={kept}
              defaultValue={kept}
              empty="Choose…"
              choices={RETENTION_CHOICES}
            />
          )}
        </Field>
        <Reason id="keep-reason" value={state.values.reason} />
        <FormStatus findings={state.findings} />
        <div>
          <SubmitButton variant="secondary">Change</SubmitButton>
        </div>
      </form>
    </details>
  );
}

function HoldForm({ bundle }: Pick<KeepingProps, "bundle">) {
  const [state, action] = useActionState(holdAction, UNTOUCHED);
  const held = bundle.hold !== null;
  return (
    <details open={state.findings.length > 0}>
      <summary>{held ? "Lift the hold" : "Hold it"}</summary>
      <form action={action} className="mt-2 flex max-w-xl flex-col gap-2">
        <input type="hidden" name="bundleId" value={bundle.id} />
        <input type="hidden" name="hold" value={held ? "lift" : "set"} />
        <Reason id="hold-reason" value={state.values.reason} />
        <FormStatus findings={state.findings} />
        <div>
          <SubmitButton variant="secondary">{held ? "Lift the hold" : "Hold it"}</SubmitButton>
        </div>
      </form>
    </details>
  );
}

function Reason({ id, value }: { readonly id: string; readonly value: string | undefined }) {
  return (
    <Field id={id} name="reason" label="Why" hint="Kept in the audit trail." required>
      {(control) => <Input {...control} maxLength={500} defaultValue={value} autoComplete="off" />}
    </Field>
  );
}
