/**
 * What a load goes by, and where it is known from. With fresh ids a bundle's rows are read before the first one is
 * written: whatever points at an id that is yet to be drawn may come before it. With ids that are kept nothing of the
 * kind is needed: there the same reading goes on beside the load, and what it finds stops the load or keeps it from
 * being committed.
 */
import { createHash } from "node:crypto";
import type pg from "pg";
import type { BundleSource } from "../../bundle/stores/store.ts";
import { verifyBundle } from "../../bundle/verify.ts";
import { blocks, Refusal } from "../../findings/finding.ts";
import type { RunContext } from "../run-context.ts";
import type { CommonTable } from "./common-rows.ts";
import { fileChanged, type LoadRequest } from "./load.ts";
import type { ImportOutline } from "./outline.ts";
import { commonTables, type ImportPlan, planRows } from "./plan-import.ts";
import type { ImportRequest } from "./request.ts";
import { readCommonRows, type Scan } from "./scan.ts";

export interface LoadPlan extends Omit<ImportOutline, "findings" | "residents"> {
  readonly common: readonly CommonTable[];
  /** SHA-256 (hex) of the bundle's file. */
  readonly sha256: string;
  /** Ids that fresh ones are drawn for. */
  readonly integers: Scan["integers"];
  /** What the load proves of the bundle as it goes. */
  readonly proof: LoadRequest["proof"];
  /** Rows in all tables; null while nobody knows. */
  readonly totalRows: () => number | null;
}

/** A bundle's rows as they are being read, or have been. */
export interface Reading {
  readonly plan: LoadPlan;
  /** Aborted when something was found that keeps the load from being committed; the reason is the Refusal. */
  readonly signal: AbortSignal;
  /**
   * The whole plan. Nothing may be committed before it is there.
   *
   * @throws Refusal where the bundle is not whole, or a finding blocks
   */
  whole(): Promise<ImportPlan>;
}

/**
 * Whether the bundle may be read while it is loaded. Not where the platform's triggers run: what they do beside the
 * rows, in another database say, is not undone with the transaction.
 */
export function mayReadBeside({ ids }: ImportRequest, { target }: ImportOutline): boolean {
  return ids === "kept" && target.model.triggers === "off";
}

/** Where the whole plan is there already. */
export function readBefore(plan: ImportPlan, proof: LoadRequest["proof"]): Reading {
  const { sha256, integers, seal } = plan.scan!;
  return {
    plan: { ...plan, sha256, integers, proof, totalRows: () => seal.totals.rows },
    signal: new AbortController().signal,
    whole: () => Promise.resolve(plan),
  };
}

/**
 * Begins to read. The caller waits for `whole` however the load ends.
 *
 * @param client asks the target; nobody else's until `whole` has settled
 */
export async function readBeside(
  client: pg.ClientBase,
  request: ImportRequest,
  outline: ImportOutline,
  sha256: string,
  context: RunContext,
): Promise<Reading> {
  const { manifest, remap, target } = outline;
  const common = commonTables(manifest, await readCommonRows(request.source), remap, target.model);
  const stop = new AbortController();
  let totalRows: number | null = null;
  const whole = (async () => {
    const plan = await planUnproved(client, request, outline, { ...context, progress: () => {} });
    if (plan.scan!.sha256 !== sha256) throw new Refusal(fileChanged(request.source.name));
    if (blocks(plan.findings)) throw new Refusal(plan.findings);
    totalRows = plan.scan!.seal.totals.rows;
    return plan;
  })();
  whole.catch((error: unknown) => stop.abort(error));
  const plan: LoadPlan = {
    ...outline,
    common,
    sha256,
    integers: new Map(),
    proof: "digests",
    totalRows: () => totalRows,
  };
  return { plan, signal: stop.signal, whole: () => whole };
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
  for await (const chunk of source.stream()) hash.update(chunk);
  return hash.digest("hex");
}
