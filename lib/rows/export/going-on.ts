/** Whether an export goes on from where an earlier attempt died, or begins anew; and what it says of that. */
import type pg from "pg";
import type { Manifest } from "../../bundle/manifest.ts";
import type { BundleStore } from "../../bundle/stores/store.ts";
import type { BundleWriter } from "../../bundle/writer.ts";
import type { Catalog } from "../../catalog/catalog.ts";
import { type Finding, Refusal } from "../../findings/finding.ts";
import type { TenancyModel } from "../../tenancy/model.ts";
import { fenceStanding, type Standing, sameStanding } from "../fence/standing.ts";
import { type GoingOn, keepingTables, manifestHash, type TakenOver, wholeTables } from "./unfinished.ts";

export interface GoingOnRequest {
  readonly goingOn?: GoingOn;
  readonly store: BundleStore;
  readonly name?: string;
  readonly recipients?: readonly string[];
}

export interface GoingOnFacts {
  /** In the transaction whose snapshot everything is read at. */
  readonly client: pg.ClientBase;
  readonly catalog: Catalog;
  readonly model: TenancyModel;
  readonly tenantKey: string;
  readonly manifest: Manifest;
  readonly signal: AbortSignal;
}

export interface Beginning {
  /** What is not read from the database again; its source is to be closed. */
  readonly taken: TakenOver | null;
  /** The writer that keeps how far it came, where a next attempt could go on from it. */
  keeping(writer: BundleWriter): BundleWriter;
  /** Ends the transaction, to see what is now: refuses where the fence that made it possible did not stand all the time. */
  stillStanding(client: pg.ClientBase): Promise<void>;
  readonly findings: readonly Finding[];
}

/** To be called before the store creates the new file, which removes the unfinished one. */
export async function beginOrGoOn(request: GoingOnRequest, facts: GoingOnFacts): Promise<Beginning> {
  const { goingOn, name } = request;
  if (goingOn === undefined || name === undefined) return ANEW;
  const encrypted = Boolean(request.recipients?.length);
  const standing = encrypted ? null : await standingNow(facts.client, facts);
  const kept = goingOn.kept;
  const manifest = manifestHash(facts.manifest);
  const source =
    standing === null || kept === null ? null : ((await request.store.unfinished?.(name)) ?? null);
  const taken =
    source === null
      ? null
      : await wholeTables(source, kept!, { standing: standing!, manifest }, facts.signal);
  return {
    taken,
    keeping: (writer) =>
      standing === null || request.store.unfinished === undefined
        ? writer
        : keepingTables(writer, { fence: { ...standing }, manifest }, goingOn.keep),
    async stillStanding(client) {
      if (taken === null) return;
      await client.query("COMMIT");
      if (sameStanding(standing, await standingNow(client, facts))) return;
      throw new Refusal(fenceChanged(facts.tenantKey));
    },
    findings: goingOn.again ? [said(request, facts.tenantKey, standing, taken)] : [],
  };
}

const ANEW: Beginning = {
  taken: null,
  keeping: (writer) => writer,
  stillStanding: async () => undefined,
  findings: [],
};

function standingNow(
  client: pg.ClientBase,
  { catalog, model, tenantKey }: GoingOnFacts,
): Promise<Standing | null> {
  return fenceStanding(client, catalog, model, tenantKey);
}

function said(
  { store, recipients }: GoingOnRequest,
  where: string,
  standing: Standing | null,
  taken: TakenOver | null,
): Finding {
  if (taken !== null) {
    const rows = taken.tables.reduce((sum, table) => sum + table.rows, 0);
    return {
      code: "export-went-on",
      severity: "notes",
      where,
      count: rows,
      what: `${rows} rows of ${taken.tables.length} tables were taken over from the attempt before: the tenant's fence has stood since ${standing!.since}, so they are what the database holds.`,
    };
  }
  const why = recipients?.length
    ? "an encrypted file is not read again"
    : store.unfinished === undefined
      ? "this store keeps nothing of an unfinished file"
      : standing === null
        ? "nothing has held the tenant's rows since, and they may have changed"
        : "no table in it was whole, or its fence or its tables have changed since";
  return {
    code: "export-began-anew",
    severity: "notes",
    where,
    what: `An attempt before was interrupted; all was read again as of one moment, because ${why}.`,
  };
}

function fenceChanged(where: string): Finding {
  return {
    code: "fence-changed",
    severity: "blocks",
    where,
    what: "The tenant's fence was taken down, or its tables were altered, while the export went on from an earlier attempt.",
    todo: "Retry the run: it begins anew.",
  };
}
