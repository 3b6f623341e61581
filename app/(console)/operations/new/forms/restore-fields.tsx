import { Field } from "../../../../../components/ui/field.tsx";
import { Select } from "../../../../../components/ui/select.tsx";
import { fieldError } from "../input.model.ts";
import { bundleLabel } from "./bundle-label.ts";
import type { FormFieldsProps } from "./form-fields.ts";
import { TenantSubject } from "./tenant-subject.tsx";

/** Restore: nothing to fill in but why, unless the schema has moved on. */
export function RestoreFields({ view, values, findings }: FormFieldsProps) {
  const tenant = view.tenant!;
  return (
    <>
      <TenantSubject tenant={tenant} />
      <p>
        Its rows come back with their own ids, from the bundle that it was deleted with, and it lands
        suspended: nobody lets it in before it is proved to be that bundle, row by row. After a delete that
        was stopped, only what is missing comes back.
      </p>
      <Field
        name="bundleId"
        label="Bundle"
        hint="Another one is for a schema that has moved on since: that bundle, upgraded."
        error={fieldError(findings, "bundleId")}
      >
        {(control) => (
          <Select
            {...control}
            key={values.bundleId}
            defaultValue={values.bundleId ?? view.bundle?.id ?? ""}
            empty="The one that it was deleted with"
            choices={tenant.bundles.map((bundle) => ({ value: bundle.id, label: bundleLabel(bundle) }))}
          />
        )}
      </Field>
    </>
  );
}
