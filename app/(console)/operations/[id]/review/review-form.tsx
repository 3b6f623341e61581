"use client";
import { useActionState } from "react";
import { links } from "../../../../../components/links.ts";
import { ButtonLink } from "../../../../../components/ui/button.tsx";
import { Field } from "../../../../../components/ui/field.tsx";
import { FormStatus } from "../../../../../components/ui/form-status.tsx";
import { Hash } from "../../../../../components/ui/hash.tsx";
import { Panel } from "../../../../../components/ui/panel.tsx";
import { SubmitButton } from "../../../../../components/ui/submit-button.tsx";
import { Textarea } from "../../../../../components/ui/textarea.tsx";
import { reviewAction } from "../../actions.ts";
import { UNTOUCHED } from "../../form-state.ts";
import { fieldError } from "../../new/input.model.ts";
import { PhraseField } from "../../phrase-field.tsx";

const FIELDS = [
  {
    name: "intent",
    label: "Intent",
    hint: "What it is for, as you understand it. Is this the right tenant, the right database?",
  },
  { name: "risk", label: "Risk", hint: "What could go wrong, and for whom." },
  { name: "rollback", label: "Rollback", hint: "How credible the way back is." },
  { name: "reason", label: "Reason", hint: "Why you decide so. The person who asked reads it." },
] as const;

export interface ReviewFormProps {
  readonly operationId: string;
  readonly digest: string;
  /** Part of it cannot be taken back. */
  readonly irreversible: boolean;
  /** What has to be typed to approve it; null where nothing has. */
  readonly phrase: string | null;
}

/** Approve or reject, about exactly this digest. Neither is done by Enter; works without scripts. */
export function ReviewForm({ operationId, digest, irreversible, phrase }: ReviewFormProps) {
  const [state, action] = useActionState(reviewAction, UNTOUCHED);
  const stale = state.findings.some((finding) => finding.code === "plan-changed");
  return (
    <Panel title="Your decision">
      <form action={action} className="flex flex-col gap-4">
        {/* The default button: Enter in a line of text decides nothing. */}
        <button type="submit" disabled hidden />
        <FormStatus findings={state.findings} />
        {stale && (
          <p>
            <ButtonLink href={links.operationReview(operationId)} prefetch={false}>
              Look at the plan as it is now
            </ButtonLink>
          </p>
        )}
        <input type="hidden" name="operationId" value={operationId} />
        <input type="hidden" name="digest" value={digest} />
        {FIELDS.map(({ name, label, hint }) => (
          <Field
            key={name}
            name={name}
            label={label}
            hint={hint}
            error={fieldError(state.findings, name)}
            required
          >
            {(control) => (
              <Textarea {...control} rows={2} maxLength={4000} defaultValue={state.values[name]} />
            )}
          </Field>
        ))}
        <p className="text-ink-soft">
          You decide about the plan with the digest <Hash value={digest} label="digest" />
          {irreversible && <strong className="text-bad"> Part of it cannot be taken back.</strong>}
        </p>
        {phrase !== null && (
          <PhraseField phrase={phrase} typed={state.values.phrase} findings={state.findings} />
        )}
        <div className="flex flex-wrap gap-2">
          {phrase !== null && (
            <ButtonLink href={links.operation(operationId)} prefetch={false}>
              Cancel
            </ButtonLink>
          )}
          <SubmitButton name="decision" value="reject" variant="secondary" formNoValidate>
            Reject
          </SubmitButton>
          <SubmitButton name="decision" value="approve" variant={phrase === null ? "primary" : "danger"}>
            Approve
          </SubmitButton>
        </div>
      </form>
    </Panel>
  );
}
