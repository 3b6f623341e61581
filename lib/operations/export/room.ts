/** Whether an export fits into its store: decided before it begins. */
import type { BundleStore } from "../../bundle/stores/store.ts";
import type { Gate } from "../../engine/plan.ts";
import type { Forecast } from "./forecast.ts";

/** A forecast is good to a factor; a disk that is filled to its last byte stops more than an export. */
const MARGIN = 1.2;
const LEFT_FREE = 16 * 1024 * 1024;

const BY: Readonly<Record<Forecast["by"], string>> = {
  tenant: "by this tenant's last bundle",
  database: "by what other tenants of the database came to",
  statistics: "by the server's statistics alone: nothing was exported from the database yet",
};

/** Null where the store cannot tell. */
export async function roomGate(store: BundleStore, { bytes, by }: Forecast): Promise<Gate | null> {
  const room = await store.room();
  if (room === null) return null;
  return {
    code: "room-in-store",
    title: "The store has room for the bundle",
    holds: bytes * MARGIN + LEFT_FREE <= room,
    detail: `About ${megabytes(bytes)} are to be written (${BY[by]}), and ${megabytes(room)} are free. Where that is too little, remove bundles or enlarge the store.`,
  };
}

function megabytes(bytes: number): string {
  return `${Math.ceil(bytes / 1024 / 1024).toLocaleString("en")} MiB`;
}
