/** Whose rows are whose on a throwaway server, at whatever version it is at. Pure. */
import type { Catalog, Column, Table } from "../../catalog/catalog.ts";
import { blocks, type Finding, Refusal } from "../../findings/finding.ts";
import { parseQualified, qualifiedColumn, qualifiedName } from "../../postgres/identifiers.ts";
import { isSecretName, stricterClass } from "../../tenancy/column-classes.ts";
import { deriveModel } from "../../tenancy/derive-model.ts";
import type { ColumnClass, ModelTable, TenancyModel } from "../../tenancy/model.ts";
import type { PlatformFile } from "../../tenancy/platform-file.ts";
import { type FittingFile, platformFileAt } from "../../tenancy/platform-file-at.ts";

/** A database at a version, with the model that its rows have there. */
export interface ModelAt {
  readonly catalog: Catalog;
  readonly model: TenancyModel;
  /** What nobody may see, or only who asks: beyond the model, what nobody has said anything of. */
  classOf(table: Table, column: Column): ColumnClass;
  /** Tables of which nobody can say whose their rows are. */
  readonly findings: readonly Finding[];
}

/** The bundle's own model: of the database when its rows were loaded. */
export interface LoadedModel extends FittingFile {
  readonly model: TenancyModel;
}

/**
 * Of the first file that fits the catalog without a fault. Where none does, which is so at most versions between a
 * bundle's and today's, of today's file and the bundle's together; columns that neither speaks of count as personal.
 *
 * @param files those that may fit, today's among them
 * @throws Refusal `model-at-unknown` where no tenant can be told
 */
export function modelAt(
  catalog: Catalog,
  today: PlatformFile,
  files: readonly PlatformFile[],
  loaded: LoadedModel,
): ModelAt {
  for (const file of files) {
    const model = deriveModel(catalog, file);
    if (blocks(model.findings) || model.tables.size === 0) continue;
    return { catalog, model, classOf: (table, column) => classIn(model, table, column), findings: [] };
  }
  const model = deriveModel(catalog, platformFileAt(catalog, today, loaded));
  if (model.tables.size === 0) throw new Refusal([unknown(model), ...model.findings.map(withoutErrand)]);
  const answered = new Set(files.flatMap((file) => Object.keys(file.columns).map(normalName)));
  const classOf = (table: Table, column: Column) => {
    const said = stricterClass(classIn(model, table, column), classWhenLoaded(loaded, table, column));
    const known = answered.has(qualifiedColumn(table.id, column.name)) || wasLoaded(loaded, table, column);
    if (known) return said;
    return stricterClass(said, isSecretName(column.name) ? "secret" : "personal");
  };
  const findings = model.findings.filter(({ code }) => code === "unclassified").map(withoutErrand);
  return { catalog, model, classOf, findings: findings.map((each) => ({ ...each, severity: "warns" })) };
}

/** As people may write it: with quotes that it does not need. */
function normalName(name: string): string {
  const [schema = "", table = "", column = ""] = parseQualified(name) ?? [];
  return qualifiedColumn(qualifiedName(schema, table), column);
}

function classIn({ tables }: TenancyModel, table: Table, { name }: Column): ColumnClass {
  return tables.get(table.id)?.columns.find((column) => column.name === name)?.class ?? "plain";
}

/** By OID and place, which no name that a migration gives changes. */
function whenLoaded({ catalog, model }: LoadedModel, { oid }: Table, { position }: Column) {
  const then = [...catalog.tables.values()].find((table) => table.oid === oid);
  const name = then?.columns.find((column) => column.position === position)?.name;
  const of: ModelTable | undefined = then === undefined ? undefined : model.tables.get(then.id);
  return of?.columns.find((column) => column.name === name) ?? null;
}

const wasLoaded = (loaded: LoadedModel, table: Table, column: Column) =>
  whenLoaded(loaded, table, column) !== null;

function classWhenLoaded(loaded: LoadedModel, table: Table, column: Column): ColumnClass {
  return whenLoaded(loaded, table, column)?.class ?? "plain";
}

function unknown({ platform }: TenancyModel): Finding {
  return {
    code: "model-at-unknown",
    severity: "blocks",
    where: platform,
    what: "Where the tenant is to be found at this version cannot be told from today's platform file and the bundle.",
    todo: "Choose a bundle of a version nearer to it.",
  };
}

/** What it says to do was meant for a live database. */
function withoutErrand({ todo: _, ...finding }: Finding): Finding {
  return finding;
}
