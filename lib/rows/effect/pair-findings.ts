/** What cannot be told of a tenant between two states, and must not be guessed. Pure. */
import type { Finding } from "../../findings/finding.ts";
import type { ModelAt } from "./model-at.ts";
import { nameOf, type PairedTable } from "./pair-tables.ts";

/** Tables of which neither version says whose their rows are, each once. */
export function unclear(was: ModelAt, now: ModelAt): Finding[] {
  const findings = [...was.findings, ...now.findings];
  return findings.filter(({ where }, at) => findings.findIndex((each) => each.where === where) === at);
}

/** Tables whose rows are only counted, or are no tenant's afterwards. */
export function pairFindings(pairs: readonly PairedTable[], now: ModelAt): Finding[] {
  return pairs.flatMap((pair): Finding[] => {
    const { before, after, matching } = pair;
    const where = nameOf(pair);
    if (before !== null && after !== null && matching.by === "none")
      return [
        {
          code: "effect-key-changed",
          severity: "warns",
          where,
          what: `Its key was ${keyWords(before.model.key)} and is ${keyWords(after.model.key)}, or holds another type: which row has become which cannot be told, so rows are only counted.`,
        },
      ];
    const still =
      before !== null &&
      after === null &&
      [...now.catalog.tables.values()].find(({ oid }) => oid === before.table.oid);
    if (!still) return [];
    return [
      {
        code: "effect-table-changed-hands",
        severity: "warns",
        where,
        what: `${still.id} is there afterwards, and by the platform file its rows are no tenant's any more.`,
      },
    ];
  });
}

const keyWords = (key: readonly string[] | null) => (key === null ? "none" : `(${key.join(", ")})`);
