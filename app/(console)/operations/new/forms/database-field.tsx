import { Field } from "../../../../../components/ui/field.tsx";
import { Select } from "../../../../../components/ui/select.tsx";
import { fieldError } from "../input.model.ts";
import type { FormFieldsProps } from "./form-fields.ts";

interface DatabaseFieldProps extends FormFieldsProps {
  readonly label?: string;
  readonly hint?: string;
}

/** Where it is done; picked, never defaulted silently, unless there is only one. */
export function DatabaseField({ view, values, findings, label = "Into database", hint }: DatabaseFieldProps) {
  const only = view.databases.length === 1 ? view.databases[0]!.id : undefined;
  const chosen = values.databaseId ?? view.database ?? only ?? "";
  return (
    <Field name="databaseId" label={label} hint={hint} error={fieldError(findings, "databaseId")} required>
      {(control) => (
        <Select
          {...control}
          key={chosen}
          defaultValue={chosen}
          empty="Pick a database…"
          choices={view.databases.map(({ id, name, region, platform }) => ({
            value: id,
            label: `${platform} · ${name}${region === null || region === name ? "" : ` (${region})`}`,
          }))}
        />
      )}
    </Field>
  );
}
