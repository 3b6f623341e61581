import { Field } from "../../../../../components/ui/field.tsx";
import { Select } from "../../../../../components/ui/select.tsx";
import { fieldError } from "../input.model.ts";
import type { FormFieldsProps } from "./form-fields.ts";

interface DatabaseFieldProps extends FormFieldsProps {
  readonly label?: string;
  readonly hint?: string;
  /** Where nothing is written there is nothing to pick with care. */
  readonly suggested?: string | null;
}

/** Where it is done; picked, never defaulted silently, unless there is only one or nothing is written there. */
export function DatabaseField({
  view,
  values,
  findings,
  label = "Into database",
  hint,
  suggested = null,
}: DatabaseFieldProps) {
  const { databases } = view;
  const usual = databases.length === 1 ? databases[0] : databases.find(({ id }) => id === suggested);
  const chosen = values.databaseId ?? view.database ?? usual?.id ?? "";
  return (
    <Field name="databaseId" label={label} hint={hint} error={fieldError(findings, "databaseId")} required>
      {(control) => (
        <Select
          {...control}
          key={chosen}
          defaultValue={chosen}
          empty="Pick a database…"
          choices={databases.map(({ id, name, region, platform }) => ({
            value: id,
            label: `${platform} · ${name}${region === null || region === name ? "" : ` (${region})`}`,
          }))}
        />
      )}
    </Field>
  );
}
