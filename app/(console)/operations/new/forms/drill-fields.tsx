import { BundleFacts } from "./bundle-facts.tsx";
import { DatabaseField } from "./database-field.tsx";
import type { FormFieldsProps } from "./form-fields.ts";

/** Drill: the bundle, and by which database's schema it is restored. */
export function DrillFields(props: FormFieldsProps) {
  const bundle = props.view.bundle!;
  return (
    <>
      <BundleFacts bundle={bundle} />
      <DatabaseField
        {...props}
        suggested={bundle.databaseId}
        label="By the schema of"
        hint="Its schema is made again on a throwaway server. Nothing is written to it."
      />
    </>
  );
}
