"use client";
import { useActionState } from "react";
import { NOTHING_DONE } from "../../app/(console)/settings/form-state.ts";
import { exceptionAction } from "../../app/(console)/settings/policies/actions.ts";
import type { PolicyKind } from "../../lib/queries/policies.ts";
import { SettingsOutcome } from "../settings/outcome.tsx";
import { Field } from "../ui/field.tsx";
import { Input } from "../ui/input.tsx";
import { Select } from "../ui/select.tsx";
import { SubmitButton } from "../ui/submit-button.tsx";
import { Textarea } from "../ui/textarea.tsx";
import { isNumberRule, NUMBER_RULES, ruleTitle } from "./rules.model.ts";

interface Named {
  readonly id: string;
  readonly name: string;
}

export interface NewExceptionProps {
  readonly kinds: readonly PolicyKind[];
  readonly platforms: readonly Named[];
  readonly people: readonly Named[];
}

/** Grants an exception from one rule, for a while. */
export function NewException({ kinds, platforms, people }: NewExceptionProps) {
  const [state, action] = useActionState(exceptionAction, NOTHING_DONE);
  const { values } = state;
  const wrong = (name: string) => state.findings.find(({ where }) => where === name)?.what;
  const rules = kinds.flatMap(({ kind, title, exceptionRules }) =>
    exceptionRules.map((rule) => ({
      value: `${kind}:${rule}`,
      label: isNumberRule(rule)
        ? `${title}: ${ruleTitle(rule).toLowerCase()} (${NUMBER_RULES[rule].unit})`
        : `${title}: reviews`,
    })),
  );
  const named = (list: readonly Named[]) => list.map(({ id, name }) => ({ value: id, label: name }));
  return (
    <form action={action} className="flex flex-col gap-3">
      <SettingsOutcome state={state} />
      <Field name="of" label="From which rule" error={wrong("rule") ?? wrong("kind")} required>
        {(control) => <Select {...control} choices={rules} defaultValue={values.of} empty="Pick a rule…" />}
      </Field>
      <Field
        name="value"
        label="What holds instead"
        hint="A number: of reviews, hours or days."
        error={wrong("value")}
        required
      >
        {(control) => (
          <Input
            {...control}
            inputMode="decimal"
            defaultValue={values.value}
            autoComplete="off"
            className="w-24"
          />
        )}
      </Field>
      <div className="grid gap-3 sm:grid-cols-2">
        <Field name="platformId" label="Platform" error={wrong("platformId")}>
          {(control) => (
            <Select {...control} choices={named(platforms)} defaultValue={values.platformId} empty="Any" />
          )}
        </Field>
        <Field name="tenantKey" label="Tenant key" hint="Empty: any tenant." error={wrong("tenantKey")}>
          {(control) => <Input {...control} defaultValue={values.tenantKey} autoComplete="off" />}
        </Field>
        <Field name="ownerId" label="Who answers for it" error={wrong("ownerId")} required>
          {(control) => (
            <Select
              {...control}
              choices={named(people)}
              defaultValue={values.ownerId}
              empty="Pick a person…"
            />
          )}
        </Field>
        <Field name="days" label="For how many days" hint="90 at most." error={wrong("days")} required>
          {(control) => (
            <Input {...control} inputMode="decimal" defaultValue={values.days ?? "1"} autoComplete="off" />
          )}
        </Field>
      </div>
      <Field name="reason" id="exception-reason" label="Why" error={wrong("reason")} required>
        {(control) => <Textarea {...control} rows={2} maxLength={4000} defaultValue={values.reason} />}
      </Field>
      <div>
        <SubmitButton>Grant it</SubmitButton>
      </div>
    </form>
  );
}
