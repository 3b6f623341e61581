/** What stops a value on its way through a remap. */
import type { Finding } from "../../findings/finding.ts";

/** Its row did not come along, and nothing may stand in its place. */
export function unmapped(where: string): Finding {
  return {
    code: "reference-unmapped",
    severity: "blocks",
    where,
    what: "A value names a row that is not in the bundle, the column takes no NULL, and no id can be made that nobody has.",
    todo: "Repair the reference in the source, or declare the table that it points at in the platform file.",
  };
}

/** Its text is none of its type. */
export function malformed(where: string): Finding {
  return {
    code: "value-malformed",
    severity: "blocks",
    where,
    what: "A value does not have the form of its type, so that the ids in it cannot be found.",
    todo: "Export the bundle again.",
  };
}
