/**
 * The stores' files held against the records: what is missing, what nobody knows, what has expired, what a lost
 * export has reserved and never written. Moves a bundle's state, each time with its audit entry.
 */
import { and, eq, getTableColumns, inArray, isNotNull, isNull, lte, not, notExists, sql } from "drizzle-orm";
import type { BundleStore, StoredBundle } from "../../bundle/stores/store.ts";
import { verifyBundle } from "../../bundle/verify.ts";
import { CLAIMING } from "../../engine/states.ts";
import { type Finding, Refusal } from "../../findings/finding.ts";
import { type AuditActor, recordAudit } from "../../records/audit.ts";
import type { Records } from "../../records/client.ts";
import { newId } from "../../records/id.ts";
import { bundles, storeChecks } from "../../records/schema/bundles.ts";
import { operations } from "../../records/schema/operations.ts";
import type { Console } from "../console.ts";
import { isNeeded } from "../tombstones/needed-bundle.ts";
import type { BundleRow } from "./of-operation.ts";

export interface FileCheck {
  readonly expired: number;
  readonly missing: number;
  readonly back: number;
  readonly unknown: number;
}

/** All bundles of a store are held at once, and a manifest is as long as a schema is wide. */
const { manifest: _manifest, seal: _seal, ...CHECKED } = getTableColumns(bundles);
type Checked = Omit<BundleRow, "manifest" | "seal">;

const UNKNOWN = "bundle-file-unknown";

const CHECK: AuditActor = { personId: null, name: "bundle check" };

/** A file that is younger than this may be about to be recorded. Milliseconds. */
const SETTLED = 60 * 60 * 1000;

export async function checkBundleFiles(
  { records, stores }: Pick<Console, "records" | "stores">,
  now = Date.now(),
): Promise<FileCheck> {
  const sum = { expired: 0, missing: 0, back: 0, unknown: 0 };
  for (const id of stores.ids) {
    const store = stores.get(id);
    sum.expired += await expire(records, store, id);
    // The records first: a bundle that is ready by then has its file by now.
    const rows = await records.select(CHECKED).from(bundles).where(eq(bundles.store, id));
    const files = new Map((await listFiles(store)).map((file) => [file.name, file]));
    for (const row of rows) {
      if (row.state === "ready" && !fits(row, files))
        sum.missing += await markMissing(records, row, files.get(row.name)?.bytes ?? null);
      if (row.state === "missing" && fits(row, files)) sum.back += await welcome(records, store, row);
    }
    const known = new Set(rows.map(({ name }) => name));
    for (const file of files.values()) {
      const settled = now - file.storedAt.getTime() > SETTLED;
      if (settled && !known.has(file.name)) sum.unknown += await adopt(records, id, file);
    }
    for (const row of rows) if (isUnknown(row) && !files.has(row.name)) await forgetUnknown(records, row);
    await recordCheck(records, id, files.size);
  }
  await forgetUnwritten({ records, stores });
  return sum;
}

/** A store that nobody has written to yet may not be there. */
async function listFiles(store: BundleStore): Promise<StoredBundle[]> {
  try {
    return await store.list();
  } catch (error) {
    if (error instanceof Refusal && error.findings.every(({ code }) => code === "store-missing")) return [];
    throw error;
  }
}

function fits(row: Checked, files: ReadonlyMap<string, StoredBundle>): boolean {
  const file = files.get(row.name);
  return file !== undefined && (row.bytes === null || row.bytes === file.bytes);
}

/** A ready bundle whose file is not there (null), or is of another length. How many were moved: one at most. */
export async function markMissing(records: Records, row: Checked, bytes: number | null): Promise<number> {
  const finding: Finding = {
    code: bytes === null ? "bundle-file-missing" : "bundle-file-changed",
    severity: "blocks",
    where: row.name,
    what:
      bytes === null
        ? "The store does not hold this bundle's file any more."
        : "The file in the store is not the one that was written: its length differs.",
    todo: "Put the file back from a backup; the next check takes it in again.",
  };
  return move(
    records,
    row,
    "missing",
    { findings: [finding] },
    `bundle.${finding.code.slice("bundle-".length)}`,
  );
}

/** Back under its name: taken in again only if it is the same file, byte by byte. */
async function welcome(records: Records, store: BundleStore, row: Checked): Promise<number> {
  const source = await store.open(row.name);
  try {
    const { sha256 } = await verifyBundle(source);
    if (sha256 === null || sha256 !== row.sha256) return 0;
  } finally {
    await source.close();
  }
  return move(records, row, "ready", { findings: [], verifiedAt: new Date() }, "bundle.file-back");
}

/** A file that no record knows is shown, and good for nothing until somebody uploads it as a bundle. */
async function adopt(records: Records, store: string, file: StoredBundle): Promise<number> {
  const finding: Finding = {
    code: UNKNOWN,
    severity: "warns",
    where: file.name,
    what: "The store holds a file that no record knows.",
    todo: "Upload it as a bundle if it is one, and remove it from the store.",
  };
  const id = newId();
  return records.transaction(async (tx) => {
    const added = await tx
      .insert(bundles)
      .values({
        id,
        store,
        name: file.name,
        state: "refused",
        origin: "upload",
        bytes: file.bytes,
        findings: [finding],
      })
      .onConflictDoNothing()
      .returning({ id: bundles.id });
    if (added.length === 0) return 0;
    await recordAudit(tx, { actor: CHECK, action: "bundle.file-unknown", subject: { type: "bundle", id } });
    return 1;
  });
}

function isUnknown({ state, findings }: Checked): boolean {
  return state === "refused" && (findings as readonly Finding[]).some(({ code }) => code === UNKNOWN);
}

/** Somebody has removed the file that no record knew: nothing is left to look after. */
async function forgetUnknown(records: Records, row: Checked): Promise<void> {
  await records.transaction(async (tx) => {
    const gone = await tx
      .delete(bundles)
      .where(and(eq(bundles.id, row.id), eq(bundles.state, "refused")))
      .returning({ id: bundles.id });
    if (gone.length === 0) return;
    const subject = { type: "bundle", id: row.id };
    await recordAudit(tx, { actor: CHECK, action: "bundle.unknown-file-gone", subject });
  });
}

async function recordCheck(records: Records, store: string, files: number): Promise<void> {
  const seen = { checkedAt: sql`now()`, files };
  await records
    .insert(storeChecks)
    .values({ store, ...seen })
    .onConflictDoUpdate({ target: storeChecks.store, set: seen });
}

/** Not while an import reads it, nor while a deleted tenant may be brought back from it. */
async function expire(records: Records, store: BundleStore, storeId: string): Promise<number> {
  const reading = records
    .select({ id: operations.id })
    .from(operations)
    .where(
      and(
        inArray(operations.state, [...CLAIMING]),
        sql`${operations.input} ->> 'bundleId' = ${bundles.id}::text`,
      ),
    );
  const due = await records
    .select()
    .from(bundles)
    .where(
      and(
        eq(bundles.store, storeId),
        inArray(bundles.state, ["ready", "missing"]),
        isNotNull(bundles.expiresAt),
        isNull(bundles.heldAt),
        lte(bundles.expiresAt, sql`now()`),
        notExists(reading),
        not(isNeeded(records)),
      ),
    );
  let expired = 0;
  for (const row of due) {
    // The state first: a bundle that cannot be removed any more is at least not offered any more.
    if ((await move(records, row, "expired", {}, "bundle.expired")) === 0) continue;
    expired += 1;
    await store.remove(row.name);
  }
  return expired;
}

async function move(
  records: Records,
  row: Checked,
  state: BundleRow["state"],
  set: Partial<BundleRow>,
  action: string,
): Promise<number> {
  return records.transaction(async (tx) => {
    const moved = await tx
      .update(bundles)
      .set({ ...set, state })
      .where(
        and(
          eq(bundles.id, row.id),
          eq(bundles.state, row.state),
          // A hold that was set meanwhile.
          state === "expired" ? isNull(bundles.heldAt) : undefined,
        ),
      )
      .returning({ id: bundles.id });
    if (moved.length === 0) return 0;
    await recordAudit(tx, {
      actor: CHECK,
      action,
      subject: { type: "bundle", id: row.id },
      operationId: row.operationId,
      platformId: row.platformId,
      tenantKey: row.tenantKey,
    });
    return 1;
  });
}

/** Names that an export has reserved whose run is over, and what it had written under them. */
async function forgetUnwritten({ records, stores }: Pick<Console, "records" | "stores">): Promise<void> {
  const over = records
    .select({ id: operations.id })
    .from(operations)
    .where(inArray(operations.state, ["failed", "aborted", "superseded", "expired", "withdrawn"]));
  const unwritten = await records
    .delete(bundles)
    .where(and(eq(bundles.state, "writing"), inArray(bundles.operationId, over)))
    .returning({ store: bundles.store, name: bundles.name });
  for (const { store, name } of unwritten) await stores.get(store).discard(name);
}
