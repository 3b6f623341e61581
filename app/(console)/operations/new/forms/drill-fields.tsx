import { BundleFacts } from "./bundle-facts.tsx";
import { DatabaseField } from "./database-field.tsx";
import type { FormFieldsProps } from "./form-fields.ts";

/** Drill: the bundle, and by which database's schema it is restored. */
export function DrillFields(props: FormFieldsProps) {
  return (
    <>
      <BundleFacts bundle={props.view.bundle!} />
      <DatabaseField
        {...props}
        label="By the schema of"
        hint="Its schema is made again on a throwaway server. Nothing is written to it."
      />
    </>
  );
}
