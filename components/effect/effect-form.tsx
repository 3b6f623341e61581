"use client";
import { useActionState } from "react";
import { UNTOUCHED } from "../../app/(console)/operations/form-state.ts";
import { askEffectAction } from "../../app/(console)/platforms/[platform]/migrations/effect-actions.ts";
import { Checkbox } from "../ui/checkbox.tsx";
import { Field } from "../ui/field.tsx";
import { FormStatus } from "../ui/form-status.tsx";
import { Input } from "../ui/input.tsx";
import { type Choice, Select } from "../ui/select.tsx";
import { SubmitButton } from "../ui/submit-button.tsx";

export interface EffectFormProps {
  readonly platformId: string;
  readonly version: string;
  /** The first one is taken unless somebody says otherwise. */
  readonly bundles: readonly Choice[];
  readonly until: readonly Choice[];
  readonly mayAskForPersonal: boolean;
  /** Minutes that personal columns are shown. */
  readonly minutes: number;
}

/** Over whose rows the migration is tried, and how far. */
export function EffectForm(props: EffectFormProps) {
  const { platformId, version, bundles, until, mayAskForPersonal, minutes } = props;
  const [state, action] = useActionState(askEffectAction, UNTOUCHED);
  const { values } = state;
  return (
    <form action={action} className="flex max-w-2xl flex-col gap-2">
      <input type="hidden" name="platformId" value={platformId} />
      <input type="hidden" name="version" value={version} />
      <Field
        name="bundleId"
        label="Over the rows of"
        hint="Bundles that have not run it yet, the newest first."
      >
        {(control) => (
          <Select {...control} choices={bundles} defaultValue={values.bundleId ?? bundles[0]!.value} />
        )}
      </Field>
      {until.length > 1 && (
        <Field name="to" label="Up to" hint="This migration alone, or together with those after it.">
          {(control) => <Select {...control} choices={until} defaultValue={values.to ?? version} />}
        </Field>
      )}
      {mayAskForPersonal && (
        <details open={values.personal !== undefined}>
          <summary>Personal columns</summary>
          <div className="mt-2 flex flex-col gap-2">
            <Checkbox
              name="personal"
              value="yes"
              defaultChecked={values.personal !== undefined}
              label="Show them in the rows that differ"
              hint={`To you alone, for ${minutes} minutes after it is done. Secrets are never shown.`}
            />
            <Field
              name="reason"
              label="Why you need to see personal data"
              hint="Kept in the audit trail under your name."
            >
              {(control) => (
                <Input {...control} maxLength={500} defaultValue={values.reason} autoComplete="off" />
              )}
            </Field>
          </div>
        </details>
      )}
      <FormStatus findings={state.findings} />
      <div>
        <SubmitButton variant="secondary">Try it on a throwaway server</SubmitButton>
      </div>
    </form>
  );
}
