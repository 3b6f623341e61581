"use client";
import { type ReactNode, useActionState } from "react";
import { Banner } from "../../../components/ui/banner.tsx";
import { Field } from "../../../components/ui/field.tsx";
import { FormStatus } from "../../../components/ui/form-status.tsx";
import { Input } from "../../../components/ui/input.tsx";
import { formatNoun } from "../../../components/ui/quantities.ts";
import { SubmitButton } from "../../../components/ui/submit-button.tsx";
import { NOTHING_TYPED, type RegistrationState } from "./registration-state.ts";

export interface RemovalFormProps {
  readonly action: (state: RegistrationState, form: FormData) => Promise<RegistrationState>;
  readonly id: { readonly name: string; readonly value: string };
  readonly phrase: string;
  readonly label: string;
  /** Operations under way, which stand in the way. */
  readonly active: number;
  /** What goes, and what stays. */
  readonly children: ReactNode;
}

/** Takes something off the console's list: the phrase is typed here and compared on the server. */
export function RemovalForm({ action, id, phrase, label, active, children }: RemovalFormProps) {
  const [state, formAction] = useActionState(action, NOTHING_TYPED);
  const wrong = state.findings.find(({ where }) => where === "phrase")?.what;
  return (
    <form action={formAction} className="flex flex-col gap-3">
      <FormStatus findings={state.findings} />
      <p>{children}</p>
      {active > 0 && (
        <Banner tone="warn">
          {formatNoun(active, "operation is", "operations are")} under way there: it is refused until{" "}
          {active === 1 ? "it has" : "they have"} ended.
        </Banner>
      )}
      <input type="hidden" name={id.name} value={id.value} />
      <Field
        name="phrase"
        label={
          <>
            Type <code>{phrase}</code>
          </>
        }
        error={wrong}
        required
      >
        {(control) => (
          <Input {...control} autoComplete="off" defaultValue={state.values.phrase} className="font-mono" />
        )}
      </Field>
      <div>
        <SubmitButton variant="danger">{label}</SubmitButton>
      </div>
    </form>
  );
}
