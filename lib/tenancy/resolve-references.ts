/** The lines under `references`, looked up: one virtual reference for each target. */
import type { Finding } from "../findings/finding.ts";
import type { ColumnRef, VirtualReference } from "./answers.ts";
import { isJson } from "./column-types.ts";
import type { LookUp } from "./look-up.ts";
import { placeholderOf, splitPattern } from "./pattern-parts.ts";
import type { ReferenceAnswer } from "./platform-file-entries.ts";

/** Lines whose names do not exist, or that do not fit their column, give a blocking finding and no reference. */
export function resolveReferences(
  lookUp: LookUp,
  lines: readonly ReferenceAnswer[],
  findings: Finding[],
): VirtualReference[] {
  return lines.flatMap((line) => {
    const from = lookUp.column(line.from, "references");
    const when = from === null ? null : whenColumns(lookUp, from, line);
    const misfit = from === null ? null : whyItDoesNotFit(from, line);
    if (misfit !== null) findings.push(misfit);
    const targets =
      line.to === "none" ? [null] : targetNames(line, findings).map((to) => lookUp.column(to, "references"));
    if (from === null || when === null || misfit !== null) return [];
    if (line.to !== "none" && targets.includes(null)) return [];
    return targets.map((to) => ({
      from,
      to,
      when: line.when === undefined ? null : { ...line.when },
      path: line.path ?? null,
      each: line.each,
      pattern: line.pattern ?? null,
    }));
  });
}

/** The names between braces of a pattern, in its order: `env:{public.projects.id}:*` → `public.projects.id`. */
export function placeholders(pattern: string): string[] {
  return splitPattern(pattern).flatMap((part) => placeholderOf(part) ?? []);
}

function targetNames(line: ReferenceAnswer, findings: Finding[]): string[] {
  if (line.pattern === undefined) return [line.to!];
  const names = placeholders(line.pattern);
  if (names.length === 0) {
    findings.push(
      misfitting(
        line.from,
        "has a pattern without a placeholder",
        "Name the id's column in braces: {public.projects.id}.",
      ),
    );
  }
  return names;
}

/** True where every column of `when` exists, null else. */
function whenColumns(lookUp: LookUp, from: ColumnRef, line: ReferenceAnswer): true | null {
  const known = Object.keys(line.when ?? {}).map((name) => lookUp.columnOf(from.table, name, "references"));
  return known.includes(null) ? null : true;
}

function whyItDoesNotFit({ column }: ColumnRef, line: ReferenceAnswer): Finding | null {
  if (line.to === "none") return null;
  if (line.path !== undefined && !isJson(column.baseType)) {
    return misfitting(
      line.from,
      "has a `path`, and the column is no json",
      "Remove the path, or name the json column.",
    );
  }
  if (line.each && line.pattern === undefined && column.elementType === null) {
    return misfitting(
      line.from,
      "says `each`, and the column is no array",
      "Remove `each`, or name the array.",
    );
  }
  if (!line.each && column.elementType !== null && line.pattern === undefined) {
    return misfitting(line.from, "names an array", "Add `each: true`.");
  }
  if (line.path === undefined && isJson(column.baseType) && !(line.each && line.pattern !== undefined)) {
    return misfitting(
      line.from,
      "names a json column without a `path`",
      "Add `path: $.…`, where the id stands; or `each: true` and a `pattern`, where it stands at any depth.",
    );
  }
  return null;
}

function misfitting(where: string, what: string, todo: string): Finding {
  return {
    code: "reference-does-not-fit",
    severity: "blocks",
    where,
    what: `The line under \`references\` ${what}.`,
    todo,
  };
}
