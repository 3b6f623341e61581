"use client";
import { useActionState } from "react";
import { Field } from "../../../components/ui/field.tsx";
import { Input } from "../../../components/ui/input.tsx";
import { SubmitButton } from "../../../components/ui/submit-button.tsx";
import { PASSWORD_MAX, PASSWORD_MIN } from "../../../lib/access/password-rules.ts";
import { changePasswordAction } from "../actions.ts";
import { Refusal } from "../refusal.tsx";

/** Also on the profile page: it asks for the present password either way. */
export function ChangePasswordForm({ email }: { readonly email: string }) {
  const [state, action] = useActionState(changePasswordAction, {});
  return (
    <form action={action} className="flex flex-col gap-3">
      <Refusal findings={state.findings} />
      {/* Password managers file the new password under it. */}
      <input type="hidden" name="username" autoComplete="username" value={email} readOnly />
      <Field name="current" label="Present password">
        {(control) => <Input {...control} type="password" autoComplete="current-password" required />}
      </Field>
      <Field name="next" label="New password" hint={`At least ${PASSWORD_MIN} characters.`}>
        {(control) => (
          <Input
            {...control}
            type="password"
            autoComplete="new-password"
            required
            minLength={PASSWORD_MIN}
            maxLength={PASSWORD_MAX}
          />
        )}
      </Field>
      <Field name="repeated" label="New password again">
        {(control) => <Input {...control} type="password" autoComplete="new-password" required />}
      </Field>
      <SubmitButton>Change password</SubmitButton>
    </form>
  );
}
