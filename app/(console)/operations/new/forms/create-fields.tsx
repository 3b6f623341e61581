import { Field } from "../../../../../components/ui/field.tsx";
import { Input } from "../../../../../components/ui/input.tsx";
import { Textarea } from "../../../../../components/ui/textarea.tsx";
import { fieldError } from "../input.model.ts";
import { DatabaseField } from "./database-field.tsx";
import type { FormFieldsProps } from "./form-fields.ts";

/** Create: what the new tenant is called, and where it lives. */
export function CreateFields(props: FormFieldsProps) {
  const { values, findings } = props;
  return (
    <>
      <DatabaseField {...props} />
      <Field name="name" label="Name" error={fieldError(findings, "name")} required>
        {(control) => <Input {...control} maxLength={200} defaultValue={values.name} autoComplete="off" />}
      </Field>
      <Field
        name="slug"
        label="Slug"
        hint="Letters, digits, dots and hyphens; stands in addresses."
        error={fieldError(findings, "slug")}
        required
      >
        {(control) => (
          <Input
            {...control}
            maxLength={100}
            defaultValue={values.slug}
            autoComplete="off"
            className="font-mono"
          />
        )}
      </Field>
      <Field
        name="domains"
        label="Domains"
        hint="One a line; none is possible where the platform asks for none."
        error={fieldError(findings, "domains")}
      >
        {(control) => <Textarea {...control} rows={2} defaultValue={values.domains} className="font-mono" />}
      </Field>
      <details open={(values.key ?? "") !== "" || fieldError(findings, "key") !== undefined}>
        <summary className="text-ink-soft">Tenant key, where people choose it</summary>
        <Field
          name="key"
          label="Key"
          className="mt-2"
          hint="Leave it empty where the platform makes its own."
          error={fieldError(findings, "key")}
        >
          {(control) => (
            <Input
              {...control}
              maxLength={500}
              defaultValue={values.key}
              autoComplete="off"
              className="font-mono"
            />
          )}
        </Field>
      </details>
    </>
  );
}
