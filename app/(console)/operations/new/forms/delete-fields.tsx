import { links } from "../../../../../components/links.ts";
import { Banner } from "../../../../../components/ui/banner.tsx";
import { Field } from "../../../../../components/ui/field.tsx";
import { Input } from "../../../../../components/ui/input.tsx";
import { Link } from "../../../../../components/ui/link.tsx";
import { formatRows } from "../../../../../components/ui/quantities.ts";
import { Select } from "../../../../../components/ui/select.tsx";
import { Time } from "../../../../../components/ui/time.tsx";
import type { PlanQuestion } from "../../../../../lib/engine/plan.ts";
import { rowsInNoBundle } from "../../../../../lib/operations/delete/effects.ts";
import { fieldError } from "../input.model.ts";
import { bundleLabel } from "./bundle-label.ts";
import type { FormFieldsProps } from "./form-fields.ts";
import { TenantSubject } from "./tenant-subject.tsx";

/** Delete: from which bundle it could be brought back, and what the plan cannot know. */
export function DeleteFields(props: FormFieldsProps) {
  const { view, values, findings, preview } = props;
  const tenant = view.tenant!;
  const [latest] = tenant.bundles;
  return (
    <>
      <TenantSubject tenant={tenant} />
      {tenant.deletedBefore !== null && (
        <Banner tone="warn">
          It was{" "}
          <Link className="link" href={links.operation(tenant.deletedBefore.operationId)}>
            deleted
          </Link>{" "}
          <Time at={tenant.deletedBefore.deletedAt} />, and is there again. Its rows may be other ones than
          those: it takes a suspend, a bundle and a drill of its own.
        </Banner>
      )}
      <p>
        All of its rows go, batch by batch, for good. It can be brought back from its bundle for a while, with
        the same ids. Look at the plan first: it says what has to hold, and what to type.
      </p>
      {latest === undefined ? (
        <Banner tone="warn">
          It has no bundle that is whole:{" "}
          <Link
            className="link"
            href={links.newOperation({ kind: "export", database: tenant.database.id, tenant: tenant.key })}
          >
            export it
          </Link>{" "}
          once it is suspended behind its fence.
        </Banner>
      ) : (
        <Field
          name="bundleId"
          label="Bundle that it could be brought back from"
          hint={`It must hold exactly what is there now, and have passed a drill.${besideBundle(preview)}`}
          error={fieldError(findings, "bundleId")}
        >
          {(control) => (
            <Select
              {...control}
              key={values.bundleId}
              defaultValue={values.bundleId ?? latest.id}
              choices={tenant.bundles.map((bundle) => ({ value: bundle.id, label: bundleLabel(bundle) }))}
            />
          )}
        </Field>
      )}
      {(preview?.questions ?? []).map((question) => (
        <Question key={question.field} question={question} {...props} />
      ))}
    </>
  );
}

/** Why the phrase counts more rows than the bundle. */
function besideBundle(preview: FormFieldsProps["preview"]): string {
  const rows = rowsInNoBundle(preview?.effects ?? []);
  return rows === 0
    ? ""
    : ` Beside the rows that it holds, ${formatRows(rows)} go that no bundle holds: what is typed counts both.`;
}

function Question({ question, values, findings }: FormFieldsProps & { readonly question: PlanQuestion }) {
  const { field, title, hint, choices, answer } = question;
  return (
    <Field name={field} label={title} hint={hint} error={fieldError(findings, field)}>
      {(control) =>
        choices === null ? (
          <Input
            {...control}
            maxLength={1000}
            defaultValue={values[field] ?? answer ?? ""}
            autoComplete="off"
            className="font-mono"
          />
        ) : (
          <Select
            {...control}
            key={values[field]}
            defaultValue={values[field] ?? answer ?? ""}
            empty="Not answered"
            choices={choices}
          />
        )
      }
    </Field>
  );
}
