import type { FormFieldsProps } from "./form-fields.ts";
import { TenantSubject } from "./tenant-subject.tsx";

const MEANS: Readonly<Record<string, string>> = {
  suspend: "The platform locks the tenant's users out. Its rows stay as they are.",
  resume: "The platform lets the tenant's users in again.",
};

/** Suspend and resume: nothing to fill in but why. */
export function StateChangeFields({ view }: FormFieldsProps) {
  return (
    <>
      <TenantSubject tenant={view.tenant!} />
      <p>{MEANS[view.picked!.kind]}</p>
    </>
  );
}
