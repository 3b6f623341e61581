/**
 * What a load goes by, and where it is known from. A bundle is read once, by the load, and only where that fails are the
 * rows looked at for a better reason than the database has. Its rows are read before the first one is written where
 * triggers run, and where fresh ids are drawn from sequences.
 */
import { createHash } from "node:crypto";
import type pg from "pg";
import type { BundleSource } from "../../bundle/stores/store.ts";
import { collectBuffers } from "../../bundle/streams/collected.ts";
import { verifyBundle } from "../../bundle/verify.ts";
import { blocks, Refusal } from "../../findings/finding.ts";
import { isDrawn } from "../remap/remap.ts";
import type { RunContext } from "../run-context.ts";
import type { CommonTable } from "./common-rows.ts";
import type { LoadRequest, ProvedBundle } from "./load.ts";
import type { ImportOutline } from "./outline.ts";
import { type ImportPlan, judgeCommonRows, judgeScan, planRows } from "./plan-import.ts";
import { readCommonRows } from "./read-common-rows.ts";
import type { ImportRequest } from "./request.ts";
import type { Scan } from "./scan.ts";

export interface LoadPlan extends Omit<ImportOutline, "findings" | "residents"> {
  readonly common: readonly CommonTable[];
  /** SHA-256 (hex) of the bundle's file. */
  readonly sha256: string;
  /** Ids that fresh ones are drawn for. */
  readonly integers: Scan["integers"];
  /** What the load proves of the bundle as it goes. */
  readonly proof: LoadRequest["proof"];
  /** Rows in all tables, or about as many; null where nobody knows. */
  readonly totalRows: number | null;
}

/** A load's plan, and what completes it. */
export interface Reading {
  readonly plan: LoadPlan;
  /** The whole plan, once the load has read the bundle to its end. */
  complete(loaded: ProvedBundle): ImportPlan;
  /**
   * To be called where something speaks against a row: what is wrong with the bundle as a whole, and what a plan finds
   * of all its rows, says more.
   *
   * @throws Refusal where anything of the kind is found
   */
  explain(): Promise<void>;
}

/**
 * Whether the load may be the first to read the rows. Not where the platform's triggers run: what they do beside the
 * rows, in another database say, is not undone with the transaction. Nor where integers are drawn: they keep the order of
 * the old ones, by which applications sort, and so all of these must be known before the first is given away.
 */
export function mayReadOnce({ target, remap }: ImportOutline): boolean {
  return target.model.triggers === "off" && ![...remap.sources.values()].some(isDrawn);
}

/** Where the whole plan is there already. */
export function readBefore(request: ImportRequest, plan: ImportPlan, proof: LoadRequest["proof"]): Reading {
  const { sha256, integers, seal } = plan.scan!;
  return {
    plan: { ...plan, sha256, integers, proof, totalRows: seal.totals.rows },
    complete: () => plan,
    explain: async () => {
      if (proof === "digests") await refuseUnproved(request);
    },
  };
}

/**
 * Where the load will read the rows: the common ones, which come first in the file, are read and judged here.
 *
 * @throws Refusal where one of them speaks against the import, or the bundle is not whole
 */
export async function readOnce(
  client: pg.ClientBase,
  request: ImportRequest,
  outline: ImportOutline,
  sha256: string,
  context: RunContext,
): Promise<Reading> {
  const rows = await readCommonRows(request.source);
  const judged = await judgeCommonRows(client, request, outline, rows);
  const explain = async () => {
    await refuseUnproved(request);
    const { findings } = await planRows(client, request, outline, "none", context);
    if (blocks(findings)) throw new Refusal(findings);
  };
  if (blocks(judged.findings)) await explain();
  return {
    plan: {
      ...outline,
      common: judged.common,
      sha256,
      integers: new Map(),
      proof: "digests",
      totalRows: estimatedRows(outline),
    },
    complete: ({ seal, signature }) =>
      judgeScan(
        outline,
        {
          manifest: outline.manifest,
          seal,
          sha256,
          signature,
          integers: new Map<string, Float64Array>(),
          common: rows,
        },
        judged,
      ),
    explain,
  };
}

/** As the source's statistics had it; null where they knew nothing of a table. */
function estimatedRows({ manifest }: ImportOutline): number | null {
  const estimates = manifest.tables.map((table) => table.estimatedRows);
  return estimates.every((rows) => rows !== null) ? estimates.reduce((sum, rows) => sum + rows, 0) : null;
}

/**
 * The whole plan, of a bundle that the load will prove.
 *
 * @throws Refusal where the bundle is seen not to be whole, whatever else is wrong with it
 */
export async function planUnproved(
  client: pg.ClientBase,
  request: ImportRequest,
  outline: ImportOutline,
  context: RunContext,
): Promise<ImportPlan> {
  try {
    const plan = await planRows(client, request, outline, "none", context);
    if (blocks(plan.findings)) await refuseUnproved(request);
    return plan;
  } catch (error) {
    if (error instanceof Refusal) await refuseUnproved(request);
    throw error;
  }
}

/**
 * To be called before something is said against a row of a bundle that no pass has proved: what is wrong with the bundle
 * as a whole comes first.
 *
 * @throws Refusal where the bundle is not whole
 */
export async function refuseUnproved(request: ImportRequest): Promise<void> {
  const { findings } = await verifyBundle(request.source, { trust: request.trust });
  if (blocks(findings)) throw new Refusal(findings);
}

/** SHA-256 (hex) of the file as it is stored. */
export async function hashOf(source: BundleSource): Promise<string> {
  const hash = createHash("sha256");
  for await (const chunk of source.stream()) {
    hash.update(chunk);
    collectBuffers();
  }
  return hash.digest("hex");
}
