/** What is said of rows that stay and point at rows that go. Pure. */
import type { Finding } from "../../findings/finding.ts";
import type { PointerIn } from "./pointers-in.ts";

export function pointerFindings(pointers: readonly PointerIn[]): Finding[] {
  return pointers.map(pointerFinding);
}

function pointerFinding(pointer: PointerIn): Finding {
  const { id, from, to, rows, foreignKey, nullable, answer } = pointer;
  const where = `${from.table} (${from.columns.join(", ")})`;
  const what = `${rows} rows that are not the tenant's point at its rows of ${to.table}`;
  if (answer === "null" && nullable)
    return {
      code: "pointer-nulled",
      severity: "warns",
      where,
      count: rows,
      what: `${what}: they are set to NULL before these go, and what they were is kept for a restore.`,
    };
  if (answer === "leave" && foreignKey === null)
    return {
      code: "pointer-left",
      severity: "warns",
      where,
      count: rows,
      what: `${what}, by no constraint: they are left as they are, and name nobody afterwards.`,
    };
  return {
    code: "pointer-in",
    severity: "blocks",
    where,
    count: rows,
    what: `${what}${reaches(pointer)}.`,
    todo: `${todo(pointer)} (${id})`,
  };
}

/** What the database itself would do to them. */
function reaches({ onDelete }: PointerIn): string {
  switch (onDelete) {
    case "cascade":
      return ", and ON DELETE CASCADE would take them along";
    case "set null":
      return ", and ON DELETE SET NULL would change them";
    case "set default":
      return ", and ON DELETE SET DEFAULT would change them";
    default:
      return "";
  }
}

function todo({ foreignKey, nullable }: PointerIn): string {
  if (nullable && foreignKey !== null)
    return "Answer in the plan that they become NULL, or repair them in the application.";
  if (foreignKey !== null) return "The column takes no NULL: repair or remove them in the application.";
  return nullable
    ? "Answer in the plan that they become NULL, or that they are left naming nobody."
    : "Answer in the plan that they are left naming nobody, or repair them in the application.";
}
