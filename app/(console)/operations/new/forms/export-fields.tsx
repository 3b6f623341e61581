import { Field } from "../../../../../components/ui/field.tsx";
import { Input } from "../../../../../components/ui/input.tsx";
import { fieldError } from "../input.model.ts";
import type { FormFieldsProps } from "./form-fields.ts";
import { TenantSubject } from "./tenant-subject.tsx";

/** Export: the tenant, and how long its bundle is kept. */
export function ExportFields({ view, values, findings }: FormFieldsProps) {
  return (
    <>
      <TenantSubject tenant={view.tenant!} />
      <Field
        name="expiresInDays"
        label="Remove the bundle after, in days"
        hint="Left empty, it is kept until somebody removes it."
        error={fieldError(findings, "expiresInDays")}
      >
        {(control) => (
          <Input
            {...control}
            type="number"
            min={1}
            max={3650}
            inputMode="numeric"
            className="w-32"
            defaultValue={values.expiresInDays}
          />
        )}
      </Field>
    </>
  );
}
