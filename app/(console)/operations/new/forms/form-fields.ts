/** What every kind's part of the request form is handed. */
import type { Finding } from "../../../../../lib/findings/finding.ts";
import type { NewOperationView } from "../../../../../lib/queries/new-operation.ts";
import type { Preview } from "../../form-state.ts";

export interface FormFieldsProps {
  readonly view: NewOperationView;
  /** As typed before; empty the first time. */
  readonly values: Readonly<Record<string, string>>;
  readonly findings: readonly Finding[];
  /** The plan that was looked at last; null before that. */
  readonly preview: Preview | null;
}
