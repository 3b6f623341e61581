"use client";
import { useActionState } from "react";
import { NOTHING_DONE } from "../../app/(console)/settings/form-state.ts";
import { policyAction } from "../../app/(console)/settings/policies/actions.ts";
import {
  CONSOLE_NUMBERS,
  OPTIONAL_NUMBERS,
  type OptionalNumber,
} from "../../app/(console)/settings/policies/policy-form.model.ts";
import type { Policy, PolicyWindow } from "../../lib/engine/policy-schema.ts";
import type { PolicyKind } from "../../lib/queries/policies.ts";
import { SettingsOutcome } from "../settings/outcome.tsx";
import { Checkbox } from "../ui/checkbox.tsx";
import { Field } from "../ui/field.tsx";
import { SubmitButton } from "../ui/submit-button.tsx";
import { Textarea } from "../ui/textarea.tsx";
import { isTicked } from "../ui/typed.model.ts";
import { KindRules } from "./kind-rules.tsx";
import { NumberField } from "./number-field.tsx";

export interface PolicyFormProps {
  readonly policy: Policy;
  readonly version: number;
  readonly kinds: readonly PolicyKind[];
  readonly windows: readonly PolicyWindow[];
  /** Null: the console's own. */
  readonly platform: { readonly id: string; readonly name: string } | null;
  readonly mayChange: boolean;
}

/** The policy's rules, to be read by everybody and changed by those who may. */
export function PolicyForm({ policy, version, kinds, windows, platform, mayChange }: PolicyFormProps) {
  const [state, action] = useActionState(policyAction, NOTHING_DONE);
  const own = platform === null ? policy : policy.platforms[platform.id];
  const everywhere = platform === null ? null : policy;
  const typed = (name: string, stored: number | null | undefined) =>
    state.values[name] ?? (stored == null ? "" : String(stored));
  /** A platform's own "no such limit" is 0; the console's is an empty field. */
  const storedOf = (rule: keyof Policy) => {
    const stored = (own as Partial<Record<keyof Policy, number | null>> | undefined)?.[rule];
    return stored === null && platform !== null ? 0 : stored;
  };
  const number = (rule: (typeof CONSOLE_NUMBERS)[number] | PolicyWindow | OptionalNumber) => (
    <NumberField
      key={rule}
      rule={rule}
      value={typed(rule, storedOf(rule))}
      everywhere={everywhere?.[rule]}
      platform={platform !== null}
      findings={state.findings}
    />
  );
  return (
    <form action={action} className="flex flex-col gap-4 p-3">
      <SettingsOutcome state={state} />
      <input type="hidden" name="version" value={version} />
      <input type="hidden" name="platform" value={platform?.id ?? ""} />
      <fieldset disabled={!mayChange} className="flex min-w-0 flex-col gap-4">
        <KindRules
          kinds={kinds}
          reviews={(kind) => typed(`reviews.${kind}`, own?.reviews[kind])}
          budget={
            platform === null
              ? (kind) => {
                  const seconds = policy.budgetSeconds[kind];
                  return typed(`budget.${kind}`, seconds === undefined ? undefined : seconds / 60);
                }
              : null
          }
          everywhere={everywhere}
        />
        <div className="grid gap-3 sm:grid-cols-2">
          {platform === null && CONSOLE_NUMBERS.map(number)}
          {windows.map(number)}
          {OPTIONAL_NUMBERS.map(number)}
        </div>
        {platform === null && (
          <Checkbox
            name="keepReviews"
            label="Reviews stand when the requester plans again and it is the same plan"
            hint="Otherwise every plan is reviewed anew, whether anything has changed or not."
            defaultChecked={isTicked(state.values, "keepReviews", "on", policy.keepReviews)}
          />
        )}
        {mayChange && (
          <>
            <Field
              name="reason"
              id="policy-reason"
              label="Why"
              hint="Kept in the audit trail with both values."
              required
            >
              {(control) => (
                <Textarea {...control} rows={2} maxLength={4000} defaultValue={state.values.reason} />
              )}
            </Field>
            <div>
              <SubmitButton>Put it in force</SubmitButton>
            </div>
          </>
        )}
      </fieldset>
    </form>
  );
}
