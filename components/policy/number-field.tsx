import { OPTIONAL_NUMBERS } from "../../app/(console)/settings/policies/policy-form.model.ts";
import type { Finding } from "../../lib/findings/finding.ts";
import { Field } from "../ui/field.tsx";
import { Input } from "../ui/input.tsx";
import { NUMBER_RULES, type NumberRule, ruleValue } from "./rules.model.ts";

export interface NumberFieldProps {
  readonly rule: NumberRule;
  readonly value: string;
  /** What the console has, for a platform's own. */
  readonly everywhere: number | null | undefined;
  readonly platform: boolean;
  readonly findings: readonly Finding[];
}

const OPTIONAL: ReadonlySet<string> = new Set(OPTIONAL_NUMBERS);

/** A rule that is a number. */
export function NumberField({ rule, value, everywhere, platform, findings }: NumberFieldProps) {
  const { title, hint, unit } = NUMBER_RULES[rule];
  const wrong = findings.find(({ where }) => where === rule || where.endsWith(`.${rule}`));
  return (
    <Field
      name={rule}
      label={title}
      hint={platform ? platformHint(rule, everywhere) : hint}
      error={wrong?.what}
      required={!platform && !OPTIONAL.has(rule)}
    >
      {(control) => (
        <span className="flex items-center gap-2">
          <Input {...control} inputMode="decimal" defaultValue={value} autoComplete="off" className="w-24" />
          {unit}
        </span>
      )}
    </Field>
  );
}

function platformHint(rule: NumberRule, everywhere: number | null | undefined): string {
  const inherited = `Empty: as everywhere, ${ruleValue(rule, everywhere)}.`;
  return OPTIONAL.has(rule) ? `${inherited} 0: ${ruleValue(rule, null)}.` : inherited;
}
