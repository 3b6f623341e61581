/** What every kind's part of the request form is handed. */
import type { Finding } from "../../../../../lib/findings/finding.ts";
import type { NewOperationView } from "../../../../../lib/queries/new-operation.ts";

export interface FormFieldsProps {
  readonly view: NewOperationView;
  /** As typed before; empty the first time. */
  readonly values: Readonly<Record<string, string>>;
  readonly findings: readonly Finding[];
}
