"use client";
import { useActionState } from "react";
import { NOTHING_DONE } from "../../app/(console)/settings/form-state.ts";
import { trustKeyAction } from "../../app/(console)/settings/keys/actions.ts";
import { SettingsOutcome } from "../settings/outcome.tsx";
import { Field } from "../ui/field.tsx";
import { Input } from "../ui/input.tsx";
import { SubmitButton } from "../ui/submit-button.tsx";
import { Textarea } from "../ui/textarea.tsx";

/** Lets another console's or person's signatures count. */
export function TrustKey() {
  const [state, action] = useActionState(trustKeyAction, NOTHING_DONE);
  const wrong = (name: string) => state.findings.find(({ where }) => where === name)?.what;
  return (
    <form action={action} className="flex flex-col gap-3">
      <SettingsOutcome state={state} />
      <Field
        name="label"
        id="trust-label"
        label="Name"
        hint="Whose key it is."
        error={wrong("label")}
        required
      >
        {(control) => (
          <Input {...control} maxLength={100} defaultValue={state.values.label} autoComplete="off" />
        )}
      </Field>
      <Field
        name="publicKey"
        label="Public key"
        hint="Ed25519: PEM, or a line that begins with ssh-ed25519."
        error={wrong("publicKey")}
        required
      >
        {(control) => (
          <Textarea
            {...control}
            rows={4}
            maxLength={2000}
            spellCheck={false}
            defaultValue={state.values.publicKey}
            className="font-mono"
          />
        )}
      </Field>
      <div>
        <SubmitButton>Trust it</SubmitButton>
      </div>
    </form>
  );
}
