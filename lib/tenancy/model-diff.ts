/** What a change of the platform file, or of the catalog, changes in the model: in words, line by line. Pure. */
import type { Finding } from "../findings/finding.ts";
import { qualifiedColumn } from "../postgres/identifiers.ts";
import type { ModelColumn, ModelTable, Reference, TenancyModel } from "./model.ts";
import { sequenceDiff } from "./sequence-diff.ts";

export interface ModelChange {
  readonly sign: "added" | "removed" | "changed";
  readonly what: string;
  /** Null on the side where there is nothing. */
  readonly before: string | null;
  readonly after: string | null;
}

export interface ModelDiff {
  /** Tables whose class, path or way of being found on another side is different. */
  readonly tables: readonly ModelChange[];
  readonly columns: readonly ModelChange[];
  readonly references: readonly ModelChange[];
  /** Tables that enter, leave or move within the order of load. */
  readonly loadOrder: readonly ModelChange[];
  readonly gone: readonly Finding[];
  readonly appeared: readonly Finding[];
}

export function modelDiff(before: TenancyModel, after: TenancyModel): ModelDiff {
  const earlier = new Set(before.findings.map(identityOf));
  const later = new Set(after.findings.map(identityOf));
  return {
    tables: members(tablesOf(before), tablesOf(after)),
    columns: members(columnsOf(before), columnsOf(after)),
    references: members(referencesOf(before), referencesOf(after)),
    loadOrder: orderChanges(before.loadOrder, after.loadOrder),
    gone: before.findings.filter((finding) => !later.has(identityOf(finding))),
    appeared: after.findings.filter((finding) => !earlier.has(identityOf(finding))),
  };
}

/** Whose a table's rows are, as one line: `owned, project_id → public.projects.organization_id`. */
export function tableInWords(table: ModelTable): string {
  const { path, common } = table;
  const words = [
    table.class === "direct" || table.class === "via" ? "owned" : table.class,
    ...(path === null || table.class === "root" ? [] : [pathInWords(path)]),
    ...(table.anyPath ? ["or by another path"] : []),
    ...(table.sharedNull ? ["rows without a key are shared"] : []),
    ...(common === null ? [] : [`found again by ${common.match.join(", ")}`]),
    ...(common !== null && common.create.length > 0 ? [`created with ${common.create.join(", ")}`] : []),
  ];
  return words.join(", ");
}

/** `by project_id → public.projects.organization_id`: the columns followed, and where they end. */
export function pathInWords(path: NonNullable<ModelTable["path"]>): string {
  const hops = path.hops.map((hop) => `${hop.columns.join("+")} → ${hop.table}`);
  const last = path.hops.at(-1);
  return last === undefined
    ? `by ${path.column}`
    : `by ${hops
        .slice(0, -1)
        .concat(`${last.columns.join("+")} → ${qualifiedColumn(last.table, path.column)}`)
        .join(", ")}`;
}

export function columnInWords(column: ModelColumn): string {
  return [
    column.class,
    ...(column.class === "secret" ? [`on import ${column.onImport}`] : []),
    ...column.secretPaths.map((path) => `${path} secret`),
    ...(column.fresh?.kind === "text" ? [`generated as ${column.fresh.generator}`] : []),
  ].join(", ");
}

/** `public.audit_events.subject_id → public.invoices.id, where subject_type is invoice`. */
export function referenceInWords({ kind, from, to, when, path, pattern }: Reference): string {
  const side = (end: Reference["from"]) =>
    end.columns.map((column) => qualifiedColumn(end.table, column)).join(", ");
  return [
    `${side(from)}${path === null ? "" : ` at ${path}`} → ${side(to)}`,
    ...(kind === "array" ? ["each"] : []),
    ...(pattern === null ? [] : [`in ${pattern}`]),
    ...Object.entries(when ?? {}).map(([column, value]) => `where ${column} is ${value}`),
  ].join(", ");
}

function identityOf({ code, where, severity }: Finding): string {
  return JSON.stringify([code, where, severity]);
}

function tablesOf({ tables }: TenancyModel): Map<string, string> {
  return new Map([...tables.values()].map((table) => [table.id, tableInWords(table)]));
}

/** Columns of which something is said: of all others `plain` would be. */
function columnsOf({ tables }: TenancyModel): Map<string, string> {
  const named = [...tables.values()].flatMap((table) =>
    table.columns.map((column) => [qualifiedColumn(table.id, column.name), columnInWords(column)] as const),
  );
  return new Map(named.filter(([, words]) => words !== "plain"));
}

function referencesOf({ references }: TenancyModel): Map<string, string> {
  return new Map(
    references
      .filter(({ kind }) => kind !== "foreign key")
      .map((reference) => [referenceInWords(reference), reference.kind]),
  );
}

function members(before: ReadonlyMap<string, string>, after: ReadonlyMap<string, string>): ModelChange[] {
  const names = [...new Set([...before.keys(), ...after.keys()])].toSorted();
  return names.flatMap((what) => {
    const [was, is] = [before.get(what) ?? null, after.get(what) ?? null];
    if (was === is) return [];
    const sign = was === null ? "added" : is === null ? "removed" : "changed";
    return [{ sign, what, before: was, after: is } as const];
  });
}

function orderChanges(before: readonly string[], after: readonly string[]): ModelChange[] {
  const steps = sequenceDiff(before, after).filter(({ sign }) => sign !== "same");
  const place = (index: number, of: readonly string[]) => `place ${index + 1} of ${of.length}`;
  const places = (sign: "removed" | "added") =>
    new Map(
      steps
        .filter((step) => step.sign === sign)
        .map((step) =>
          sign === "removed"
            ? [step.value, place(step.before!, before)]
            : [step.value, place(step.after!, after)],
        ),
    );
  return members(places("removed"), places("added"));
}
