import { Checkbox } from "../../../../../components/ui/checkbox.tsx";
import { Field } from "../../../../../components/ui/field.tsx";
import { Input } from "../../../../../components/ui/input.tsx";
import { Textarea } from "../../../../../components/ui/textarea.tsx";
import { isTicked } from "../../../../../components/ui/typed.model.ts";
import { fieldError } from "../input.model.ts";
import type { FormFieldsProps } from "./form-fields.ts";
import { TenantSubject } from "./tenant-subject.tsx";

/** Export: the tenant, how long its bundle is kept, and who can open it. */
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
      <fieldset className="flex flex-col gap-1.5">
        <legend className="mb-1 font-medium">Encryption</legend>
        <Checkbox
          name="encrypted"
          defaultChecked={isTicked(values, "encrypted")}
          label="Encrypt it to this platform’s key"
          hint="The console opens it, nobody else does. Its rows are then looked up from the file’s start: no index exists over an encrypted file."
        />
        {fieldError(findings, "encrypted") !== undefined && (
          <p className="text-bad">{fieldError(findings, "encrypted")}</p>
        )}
      </fieldset>
      <Field
        name="recipients"
        label="Encrypt it for others too"
        hint="Their age public keys (age1…), one a line. They open the file with age and tar; this platform always can."
        error={fieldError(findings, "recipients")}
      >
        {(control) => (
          <Textarea
            {...control}
            rows={2}
            defaultValue={values.recipients}
            className="font-mono"
            autoComplete="off"
          />
        )}
      </Field>
    </>
  );
}
