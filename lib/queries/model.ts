/** A platform's tenancy model over one of its databases, read from the catalog as it is now. */
import "server-only";
import type { Actor } from "../access/actor.ts";
import { type Finding, Refusal } from "../findings/finding.ts";
import type { Console } from "../operations/console.ts";
import { registeredPair } from "../operations/directory.ts";
import { lookAt } from "../operations/registration/look.ts";
import { deriveModel } from "../tenancy/derive-model.ts";
import type { TableClass, TenancyModel } from "../tenancy/model.ts";
import { type DatabaseRef, findPlatform, listDatabases } from "./platform.ts";
import { authorise } from "./refused.ts";

/** A page that waits longer has lost its person. */
const PATIENCE_MS = 20_000;

export interface ModelTableRow {
  readonly id: string;
  readonly class: TableClass;
  /** Said by the platform file; else derived. */
  readonly declared: boolean;
  /** Tables from this one to the one with the tenant's key. */
  readonly path: readonly string[];
  /** The column that holds the key there; null where no path leads. */
  readonly column: string | null;
  readonly otherPaths: number;
  /** How the same row is found on another side. */
  readonly match: readonly string[] | null;
  /** Columns that are not plain, with their class. */
  readonly columns: readonly { readonly name: string; readonly class: string }[];
  readonly findings: number;
}

export interface ModelView {
  readonly platform: string;
  readonly databases: readonly DatabaseRef[];
  readonly database: string | null;
  readonly version: string | null;
  readonly tables: readonly ModelTableRow[];
  readonly cycles: readonly (readonly string[])[];
  /** Why there is no model to show; of a model they stand on the platform's page. */
  readonly refused: readonly Finding[];
}

/** Null where there is no such platform or database. @throws Refused */
export async function readModel(
  console: Pick<Console, "records" | "secrets">,
  actor: Actor,
  name: string,
  database: string | null,
): Promise<ModelView | null> {
  authorise(actor, "see");
  const platform = await findPlatform(console, name);
  if (platform === null) return null;
  const databases = await listDatabases(console, platform.id);
  const home = database === null ? databases[0] : databases.find((each) => each.name === database);
  if (home === undefined && database !== null) return null;
  const none = { platform: name, databases, database: home?.name ?? null };
  if (home === undefined) return { ...none, version: null, tables: [], cycles: [], refused: [] };
  try {
    const pair = await registeredPair(console.records, console.secrets, home.id);
    const signal = AbortSignal.timeout(PATIENCE_MS);
    const { catalog } = await lookAt(pair.plannerUrl, pair.database.endpoint, { signal });
    const model = deriveModel(catalog, pair.platform.file);
    return { ...none, version: model.version, tables: rowsOf(model), cycles: model.cycles, refused: [] };
  } catch (error) {
    if (!(error instanceof Refusal)) throw error;
    return { ...none, version: null, tables: [], cycles: [], refused: error.findings };
  }
}

function rowsOf(model: TenancyModel): ModelTableRow[] {
  return [...model.tables.values()]
    .map((table) => ({
      id: table.id,
      class: table.class,
      declared: table.declared,
      path: table.path?.hops.map((hop) => hop.table) ?? [],
      column: table.path?.column ?? null,
      otherPaths: table.otherPaths.length,
      match: table.common?.match ?? null,
      columns: table.columns
        .filter((column) => column.class !== "plain")
        .map((column) => ({ name: column.name, class: column.class })),
      findings: model.findings.filter(
        ({ where }) =>
          where === table.id || where.startsWith(`${table.id}.`) || where.startsWith(`${table.id} `),
      ).length,
    }))
    .toSorted((a, b) => (a.id < b.id ? -1 : 1));
}
