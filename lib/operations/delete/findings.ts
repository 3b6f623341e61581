/** What is to be known of a delete beside what the rows themselves say. Pure. */
import type { Finding } from "../../findings/finding.ts";
import type { DeletePlan } from "../../rows/delete/plan.ts";

const LOST = {
  "excluded table": "rows of a table that no bundle holds",
  "secret column": "values of a secret column, which no bundle holds",
  "secret path": "secrets inside a value, which no bundle holds",
} as const;

export function deleteFindings({ losses }: Pick<DeletePlan, "losses">, otherBundles: number): Finding[] {
  return [
    ...losses.map(
      ({ kind, where, rows }): Finding => ({
        code: "lost-for-good",
        severity: "warns",
        where,
        count: rows,
        what: `${rows} ${LOST[kind]}: no restore brings them back.`,
      }),
    ),
    ...(otherBundles === 0
      ? []
      : [
          {
            code: "bundles-expire",
            severity: "notes",
            where: "bundles",
            count: otherBundles,
            what: `${otherBundles} other bundles hold the tenant's rows, too. None of them is kept for longer than the tenant can be restored; a held one stays.`,
          } satisfies Finding,
        ]),
  ];
}
