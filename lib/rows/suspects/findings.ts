/** What a sample says of suspected references, as findings with the line to add. Pure. */
import type { Finding } from "../../findings/finding.ts";
import { qualifiedColumn } from "../../postgres/identifiers.ts";
import type { TenancyModel } from "../../tenancy/model.ts";
import type { DataEvidence, Suspect } from "./from-data.ts";
import { patternOf } from "./places.ts";

/** So many values without a hit speak against what a name suggests. */
const ENOUGH_VALUES = 10;

/**
 * The model's findings with the evidence in them: a column that is suspected by its name is told with what its values
 * say, or with that they say nothing; places that only the values show are added.
 */
export function withEvidence(
  model: TenancyModel,
  findings: readonly Finding[],
  { suspects, sampled }: DataEvidence,
): Finding[] {
  const byColumn = Map.groupBy(suspects, ({ table, place }) => qualifiedColumn(table, place.column));
  const told = findings.flatMap((finding): Finding[] => {
    if (finding.code !== "suspected-reference") return [finding];
    if (byColumn.has(finding.where)) return [];
    const values =
      sampled.find(({ table, column }) => qualifiedColumn(table, column) === finding.where)?.values ?? 0;
    return [values < ENOUGH_VALUES ? finding : unlikely(finding, values)];
  });
  return [
    ...told,
    ...[...byColumn.values()].flatMap((here) => placesOf(here).flatMap((each) => suspicion(model, each))),
  ];
}

/** Suspects of one place: several tables where a type/id pair, or a column of mixed ids, is at work. */
function placesOf(suspects: readonly Suspect[]): Suspect[][] {
  return [
    ...Map.groupBy(suspects, ({ place }) => JSON.stringify([place.path, place.each, place.inside])).values(),
  ];
}

function suspicion(model: TenancyModel, here: readonly Suspect[]): Finding[] {
  const [first] = here as [Suspect, ...Suspect[]];
  const column = qualifiedColumn(first.table, first.place.column);
  const where = first.place.path === null ? column : `${column} ${first.place.path}`;
  const said = here.map(({ target, hits }) => `${hits} of ${target.table}`).join(", ");
  const shared = model.tables.get(first.table)!.class === "global";
  const key = here.some(
    ({ target }) => target.table === model.tenant.table && target.column === model.tenant.key,
  );
  const stored =
    first.place.inside && key
      ? " If it is the path of an object in a store, the object has to be copied under its new path as well."
      : "";
  return [
    {
      code: "suspected-reference",
      severity: "warns",
      where,
      count: here.reduce((sum, { hits }) => sum + hits, 0),
      what: `Of ${first.sampled} sampled values of ${where} so many are ids: ${said}. No constraint and no line says so${shared ? "; its rows are shared, and do not travel" : ""}.${stored}`,
      todo: `Add ${here.map((each) => `\`${line(each, here.length > 1)}\``).join(" and ")} under \`references\`, or \`to: none\` if it is none.`,
    },
  ];
}

function line({ table, place, target, around }: Suspect, isOneOfSeveral: boolean): string {
  const from = `from: ${qualifiedColumn(table, place.column)}`;
  const to = qualifiedColumn(target.table, target.column);
  if (place.inside) {
    const found = patternOf(to, around);
    if (found === null) return `{ ${from}, each: true, pattern: "…{${to}}…" }`;
    return `{ ${from}${found.each ? ", each: true" : ""}, pattern: ${JSON.stringify(found.pattern)} }`;
  }
  const when = isOneOfSeveral ? ", when: { …: … }" : "";
  const path = place.path === null ? "" : `, path: ${JSON.stringify(place.path)}`;
  return `{ ${from}${place.each ? ", each: true" : ""}${path}${when}, to: ${to} }`;
}

/** A name alone, and values that are nobody's ids: asked still, and no longer a warning. */
function unlikely(finding: Finding, values: number): Finding {
  return {
    ...finding,
    severity: "notes",
    what: `${finding.what} None of ${values} sampled values is an id of a table that tenants' rows lie in or point at.`,
    todo: `Add \`{ from: ${finding.where}, to: none }\` under \`references\`, unless it does point at something.`,
  };
}
