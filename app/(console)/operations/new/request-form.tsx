"use client";
import { type ReactNode, useActionState, useEffect, useRef } from "react";
import { links } from "../../../../components/links.ts";
import { buttonClasses } from "../../../../components/ui/button.tsx";
import { Field } from "../../../../components/ui/field.tsx";
import { FormStatus } from "../../../../components/ui/form-status.tsx";
import { Link } from "../../../../components/ui/link.tsx";
import { SubmitButton } from "../../../../components/ui/submit-button.tsx";
import { Textarea } from "../../../../components/ui/textarea.tsx";
import type { NewOperationView } from "../../../../lib/queries/new-operation.ts";
import { requestAction } from "../actions.ts";
import { UNASKED } from "../form-state.ts";
import { PhraseField } from "../phrase-field.tsx";
import { CreateFields } from "./forms/create-fields.tsx";
import { DeleteFields } from "./forms/delete-fields.tsx";
import { DrillFields } from "./forms/drill-fields.tsx";
import { ExportFields } from "./forms/export-fields.tsx";
import type { FormFieldsProps } from "./forms/form-fields.ts";
import { ImportFields } from "./forms/import-fields.tsx";
import { RestoreFields } from "./forms/restore-fields.tsx";
import { StateChangeFields } from "./forms/state-change-fields.tsx";
import { UpgradeFields } from "./forms/upgrade-fields.tsx";
import { fieldError } from "./input.model.ts";
import { PREVIEW_ID, RequestPreview } from "./request-preview.tsx";
import { ReviewAhead } from "./review-ahead.tsx";
import { upgradeInstead } from "./upgrade-instead.model.ts";

const FIELDS: Readonly<Record<string, (props: FormFieldsProps) => ReactNode>> = {
  export: ExportFields,
  drill: DrillFields,
  upgrade: UpgradeFields,
  import: ImportFields,
  create: CreateFields,
  suspend: StateChangeFields,
  resume: StateChangeFields,
  delete: DeleteFields,
  restore: RestoreFields,
};

/** Where nobody has to say why: where it goes all the same. */
const REASON_HINTS: Readonly<Record<string, string>> = {
  export: "Goes into the bundle's manifest and the audit trail.",
  upgrade: "Goes into the new bundle's manifest and the audit trail.",
};

export interface RequestFormProps {
  readonly view: NewOperationView;
  /** Made by the server with the page: a form sent twice is one operation. */
  readonly idempotencyKey: string;
  readonly reasonRequired: boolean;
}

/**
 * The request form of any operation: the same frame, each kind's own fields. Looking at the plan stores nothing, and
 * is what Enter does; works without scripts.
 */
export function RequestForm({ view, idempotencyKey, reasonRequired }: RequestFormProps) {
  const [state, action] = useActionState(requestAction, UNASKED);
  const { findings, values, preview } = state;
  // On a phone the plan stands below the form, out of sight.
  useEffect(() => {
    if (preview !== null) document.getElementById(PREVIEW_ID)?.scrollIntoView({ block: "nearest" });
  }, [preview]);
  const picked = view.picked!;
  const Fields = FIELDS[picked.kind]!;
  const review = preview?.review ?? picked.review;
  const against = [...findings, ...(preview?.findings ?? [])];
  const { destroys } = picked;
  const phrase = preview === null || preview.blocked ? null : preview.phrase;
  const cancel = useRef<HTMLAnchorElement>(null);
  // What destroys has no default: the focus starts where nothing happens.
  useEffect(() => {
    if (destroys) cancel.current?.focus({ preventScroll: true });
  }, [destroys]);
  return (
    <div className="grid items-start gap-3 lg:grid-cols-[minmax(0,5fr)_minmax(0,7fr)]">
      <form action={action} className="flex flex-col gap-4 rounded-lg border bg-surface p-3">
        <FormStatus findings={findings} />
        <input type="hidden" name="kind" value={picked.kind} />
        <input type="hidden" name="idempotencyKey" defaultValue={values.idempotencyKey ?? idempotencyKey} />
        <Fields view={view} values={values} findings={against} preview={preview} />
        <Field
          name="reason"
          label="Reason"
          hint={
            reasonRequired
              ? "Reviewers read it, and it stays in the audit trail."
              : (REASON_HINTS[picked.kind] ?? "Goes into the audit trail.")
          }
          error={fieldError(findings, "reason")}
          required={reasonRequired}
        >
          {(control) => (
            <Textarea
              {...control}
              rows={2}
              maxLength={4000}
              defaultValue={values.reason ?? reasonAhead(view)}
            />
          )}
        </Field>
        {phrase !== null && <PhraseField phrase={phrase} typed={values.phrase} findings={findings} />}
        <ReviewAhead verdict={review} certain={preview !== null} />
        <div className="flex flex-wrap gap-2">
          {destroys && (
            <Link
              ref={cancel}
              href={
                view.tenant === null
                  ? links.operations()
                  : links.tenant(view.tenant.database.platform, view.tenant.key, {
                      database: view.tenant.database.name,
                    })
              }
              className={buttonClasses({ variant: "secondary" })}
            >
              Cancel
            </Link>
          )}
          <SubmitButton name="intent" value="preview" variant="secondary" formNoValidate>
            Look at the plan
          </SubmitButton>
          {(!destroys || phrase !== null) && (
            <SubmitButton name="intent" value="request" variant={destroys ? "danger" : "primary"}>
              {review.needed > 0 ? "Send to review" : picked.title}
            </SubmitButton>
          )}
        </div>
      </form>
      <RequestPreview
        preview={preview}
        upgrade={upgradeInstead({
          kind: picked.kind,
          bundle: view.bundle?.id ?? null,
          database: values.databaseId,
          preview,
        })}
      />
    </div>
  );
}

/** Of a tenant on the re-delete list the reason is known; it can be written otherwise. */
function reasonAhead({ picked, tenant }: NewOperationView): string | undefined {
  if (picked?.kind !== "delete" || tenant?.deletedBefore == null) return undefined;
  const day = tenant.deletedBefore.deletedAt.toISOString().slice(0, 10);
  return `Deleted on ${day} already; there again since its database came back from an older backup.`;
}
