import { Checkbox } from "../../../../../components/ui/checkbox.tsx";
import { Field } from "../../../../../components/ui/field.tsx";
import { Input } from "../../../../../components/ui/input.tsx";
import { Textarea } from "../../../../../components/ui/textarea.tsx";
import { fieldError } from "../input.model.ts";
import { BundleFacts } from "./bundle-facts.tsx";
import { DatabaseField } from "./database-field.tsx";
import type { FormFieldsProps } from "./form-fields.ts";

/** Upgrade: the old bundle, what the new one is to fit, and what is decided about single migrations. */
export function UpgradeFields(props: FormFieldsProps) {
  const { view, values, findings } = props;
  const target = values.target ?? "database";
  const decided = [values.skip, values.roles].some((value) => (value ?? "") !== "");
  const wrong = ["skip", "roles"].some((name) => fieldError(findings, name) !== undefined);
  return (
    <>
      <BundleFacts bundle={view.bundle!} />
      <DatabaseField
        {...props}
        label="For database"
        hint="What its tables look like is read for the plan. The run neither asks nor writes it."
      />
      <fieldset className="flex flex-col gap-1.5">
        <legend className="mb-1 font-medium">How far</legend>
        <Checkbox
          radio
          name="target"
          value="database"
          defaultChecked={target === "database"}
          label="To the database’s version"
          hint="The new bundle can be imported there; its schema is held against the database’s."
        />
        <Checkbox
          radio
          name="target"
          value="newest"
          defaultChecked={target === "newest"}
          label="To the newest migration in the folder"
        />
      </fieldset>
      <details open={decided || wrong}>
        <summary className="text-ink-soft">Where a migration fails or names what is not there</summary>
        <div className="mt-2 flex flex-col gap-4">
          <Field
            name="skip"
            label="Migrations to skip, and why"
            hint="One a line: version: reason. It stands in the new bundle. A file or a program in a migration’s place is the command line’s: tenantry upgrade."
            error={fieldError(findings, "skip")}
          >
            {(control) => (
              <Textarea
                {...control}
                rows={2}
                defaultValue={values.skip}
                className="font-mono"
                autoComplete="off"
              />
            )}
          </Field>
          <Field
            name="roles"
            label="Roles to make first"
            hint="Names of roles that migrations grant to and that none of them makes."
            error={fieldError(findings, "roles")}
          >
            {(control) => (
              <Input {...control} defaultValue={values.roles} className="font-mono" autoComplete="off" />
            )}
          </Field>
        </div>
      </details>
    </>
  );
}
