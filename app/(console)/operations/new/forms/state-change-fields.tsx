import { Checkbox } from "../../../../../components/ui/checkbox.tsx";
import { isTicked } from "../../../../../components/ui/typed.model.ts";
import type { FormFieldsProps } from "./form-fields.ts";
import { TenantSubject } from "./tenant-subject.tsx";

const MEANS: Readonly<Record<string, string>> = {
  suspend: "The platform locks the tenant's users out. Its rows stay as they are.",
  resume: "The platform lets the tenant's users in again.",
};

/** Suspend and resume: little to fill in but why. */
export function StateChangeFields({ view, values }: FormFieldsProps) {
  return (
    <>
      <TenantSubject tenant={view.tenant!} />
      <p>{MEANS[view.picked!.kind]}</p>
      {view.picked!.kind === "suspend" && (
        <Checkbox
          name="fence"
          defaultChecked={isTicked(values, "fence")}
          label="Fence it: the database refuses its writes"
          hint="Triggers of a schema tenantry refuse every write to the tenant's rows, whoever makes it, until it is resumed; refused writes are counted. Tables that do not carry the tenant's key look each row up, everybody's."
        />
      )}
    </>
  );
}
