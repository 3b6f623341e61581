/** Whether an export goes on from where an earlier attempt died, or begins anew; and what it says of that. */
import type pg from "pg";
import type { Manifest } from "../../bundle/manifest.ts";
import type { BundleSink, BundleStore, CreateOptions } from "../../bundle/stores/store.ts";
import type { BundleWriter } from "../../bundle/writer.ts";
import type { Catalog } from "../../catalog/catalog.ts";
import { type Finding, Refusal } from "../../findings/finding.ts";
import type { TenancyModel } from "../../tenancy/model.ts";
import { fenceStanding, type Standing, sameStanding } from "../fence/standing.ts";
import { countUpTo, type Extent } from "./jobs.ts";
import { keepingParts, type PartTaker, writingOnly } from "./keeping.ts";
import { heldAgainst, partsIn, rowsTaken, type TakenOver, type TakenTable } from "./taken-over.ts";
import { type GoingOn, manifestHash, type Unfinished } from "./unfinished.ts";

export interface GoingOnRequest {
  readonly goingOn?: GoingOn;
  readonly store: BundleStore;
  readonly name?: string;
}

export interface GoingOnFacts {
  /** In the transaction whose snapshot everything is read at. */
  readonly client: pg.ClientBase;
  readonly catalog: Catalog;
  readonly model: TenancyModel;
  readonly tenantKey: string;
  readonly manifest: Manifest;
  /** The owned tables in load order. */
  readonly data: readonly Extent[];
  readonly signal: AbortSignal;
}

export interface Beginning {
  /** What is not read from the database again; its source is to be closed. */
  readonly taken: TakenOver | null;
  /** Whether a next attempt could go on from where this one dies: it has to know where the rows of each part lie. */
  readonly keeps: boolean;
  /** Writes what readers read, and keeps how far it came where that is of use. */
  taker(writer: BundleWriter, sink: BundleSink): PartTaker;
  /** How the new file is to be created: beside what is taken over, and found itself where its writer dies. */
  readonly create: CreateOptions;
  /** Ends the transaction, to see what is now: refuses where the fence that made it possible did not stand all the time. */
  stillStanding(client: pg.ClientBase): Promise<void>;
  readonly findings: readonly Finding[];
}

/** To be called before the store creates the new file, which removes the unfinished one. */
export async function beginOrGoOn(request: GoingOnRequest, facts: GoingOnFacts): Promise<Beginning> {
  const { goingOn, name } = request;
  if (goingOn === undefined || name === undefined) return ANEW;
  const standing = await standingNow(facts.client, facts);
  const manifest = manifestHash(facts.manifest);
  const now = standing === null ? null : { fence: { ...standing }, manifest };
  const { taken, why } = await takenOver(request, goingOn, now, facts);
  const keeps = now !== null && request.store.unfinished !== undefined;
  return {
    taken,
    keeps,
    create: { findable: keeps, beside: taken?.source.name },
    taker(writer, sink) {
      const takesOver = taken === null ? null : { sink };
      return keeps
        ? keepingParts(writer, { facts: now, keep: goingOn.keep, takesOver })
        : writingOnly(writer);
    },
    async stillStanding(client) {
      if (taken === null) return;
      await client.query("COMMIT");
      if (sameStanding(standing, await standingNow(client, facts))) return;
      throw new Refusal(fenceChanged(facts.tenantKey));
    },
    findings: goingOn.again ? [said(facts.tenantKey, taken, why)] : [],
  };
}

const ANEW: Beginning = {
  taken: null,
  keeps: false,
  create: {},
  taker: writingOnly,
  stillStanding: async () => undefined,
  findings: [],
};

interface Outcome {
  readonly taken: TakenOver | null;
  readonly why: string;
}

/** What the new file begins with, and why that is what the database holds; or why it is nothing. */
async function takenOver(
  { store, name }: GoingOnRequest,
  { kept }: GoingOn,
  now: Pick<Unfinished, "fence" | "manifest"> | null,
  facts: GoingOnFacts,
): Promise<Outcome> {
  const nothing = (why: string): Outcome => ({ taken: null, why });
  if (store.unfinished === undefined) return nothing("this store keeps nothing of an unfinished file");
  if (now === null) return nothing("nothing has held the tenant's rows since, and they may have changed");
  if (kept === null) return nothing("no part of a table was whole yet, or another version wrote them");
  if (!sameStanding(kept.fence, now.fence) || kept.manifest !== now.manifest)
    return nothing("its fence or its tables have changed since");
  const source = await store.unfinished(name!);
  if (source === null) return nothing("nothing is left of its file");
  try {
    const found = await partsIn(source, kept.open.at(-1)?.ordinal ?? 0, facts.signal);
    const { through, tables, open: table } = heldAgainst(kept, found ?? []);
    const open = table === null ? null : await countedAgain(table, facts);
    const count = tables.reduce((sum, { parts }) => sum + parts, 0) + (open?.parts.length ?? 0);
    if (found !== null && count > 0) {
      const why = `the tenant's fence has stood since ${now.fence.since}, so they are what the database holds`;
      return { taken: { source, through, tables, open, parts: found.slice(0, count) }, why };
    }
    await source.close();
    return nothing(
      found === null
        ? "its file is encrypted, and none of the keys here opens it"
        : "nothing in its file was what had been kept of it",
    );
  } catch (error) {
    await source.close();
    throw error;
  }
}

/**
 * The slices that are taken over up to a place, if they hold as many rows as the database has up to there: then they are
 * these. A slice whose rows came in another order, or lie elsewhere now, has another count, and is read anew.
 */
async function countedAgain(open: TakenTable, { client, data }: GoingOnFacts): Promise<TakenTable | null> {
  const extent = data.find(({ ordinal }) => ordinal === open.ordinal)!;
  const given = new Map(open.given);
  for (const [slice, places] of open.given) {
    if (places === "all") continue;
    const { rows } = await client.query<{ count: string }>(countUpTo(extent, open.slicing, slice, places));
    if (Number(rows[0]!.count) !== open.slices.get(slice)!.rows) given.delete(slice);
  }
  return open.parts.some(({ slice }) => given.has(slice)) ? { ...open, given } : null;
}

function standingNow(
  client: pg.ClientBase,
  { catalog, model, tenantKey }: GoingOnFacts,
): Promise<Standing | null> {
  return fenceStanding(client, catalog, model, tenantKey);
}

function said(where: string, taken: TakenOver | null, why: string): Finding {
  if (taken === null)
    return {
      code: "export-began-anew",
      severity: "notes",
      where,
      what: `An attempt before was interrupted; all was read again as of one moment, because ${why}.`,
    };
  const rows = rowsTaken(taken);
  const parts = taken.open?.parts.filter(({ slice }) => taken.open!.given.has(slice)).length ?? 0;
  const table = parts === 0 ? "" : ` and of ${parts} parts of the next one`;
  return {
    code: "export-went-on",
    severity: "notes",
    where,
    count: rows,
    what: `${rows} rows of ${taken.tables.length} whole tables${table} were taken over from the attempt before: ${why}.`,
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
