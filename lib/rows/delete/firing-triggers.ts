/** The platform's own triggers and rules that a delete would set off. Pure. */
import type { Catalog, Table, Trigger } from "../../catalog/catalog.ts";
import { leaves } from "../../catalog/lookup.ts";
import type { Finding } from "../../findings/finding.ts";
import type { Doomed } from "./doomed-tables.ts";
import type { DeleteAnswers, TriggerWrite } from "./request.ts";

export interface FiringTrigger {
  /** `public.items (after_item)`: what an answer is kept under. */
  readonly where: string;
  readonly function: string;
  readonly timing: Trigger["timing"];
  readonly forEach: Trigger["forEach"];
  /** What people have said that it writes; null where nobody has. */
  readonly declared: readonly TriggerWrite[] | null;
}

/** Rows are deleted in the origin role: foreign keys are checked, and triggers fire as they do for the application. */
export function firingTriggers(
  catalog: Catalog,
  doomed: readonly Doomed[],
  answers: DeleteAnswers,
  nulled: readonly Table[] = [],
): FiringTrigger[] {
  const on = [
    ...doomed.map(({ table }) => ({ table, event: "delete" as const })),
    ...nulled.map((table) => ({ table, event: "update" as const })),
  ];
  const found = on.flatMap(({ table, event }) =>
    [table, ...leaves(catalog, table).filter(({ id }) => id !== table.id)].flatMap((holder) =>
      holder.triggers
        .filter(
          ({ enabled, events }) => (enabled === "origin" || enabled === "always") && events.includes(event),
        )
        .map((trigger): FiringTrigger => {
          const where = `${holder.id} (${trigger.name})`;
          return {
            where,
            function: trigger.function,
            timing: trigger.timing,
            forEach: trigger.forEach,
            declared: answers.triggers[where] ?? null,
          };
        }),
    ),
  );
  return [...new Map(found.map((trigger) => [trigger.where, trigger])).values()];
}

export function triggerFindings(triggers: readonly FiringTrigger[]): Finding[] {
  return triggers.map(({ where, function: called, timing, declared }): Finding => {
    if (declared === null)
      return {
        code: "trigger-on-delete",
        severity: "blocks",
        where,
        what: `It fires ${timing} a row is deleted and calls ${called}: nobody has said what that writes, or whether it lets the row go.`,
        todo: "Read the function, then answer in the plan what it writes besides (nothing, or which tables).",
      };
    const writes = declared.map(({ table, writes: verb }) => `${verb}s in ${table}`).join(", ");
    return {
      code: "trigger-declared",
      severity: writes === "" ? "notes" : "warns",
      where,
      what:
        writes === ""
          ? `It fires for each row that goes and calls ${called}, which is said to write nothing; each batch is held to it.`
          : `It fires for each row that goes and calls ${called}, which is said to make ${writes}: such writes are not undone by a restore.`,
    };
  });
}
