/** One export by Tenantry, in a process of its own. */
import { generateKeyPairSync } from "node:crypto";
import { folderStore } from "../../lib/bundle/stores/folder.ts";
import { exportTenant } from "../../lib/rows/export/export-tenant.ts";
import { quietContext } from "../../lib/rows/run-context.ts";
import { harborPlatform, TENANT } from "../ground/platform.ts";
import { work } from "../measure/work.ts";

export interface ExportJob {
  readonly url: string;
  readonly folder: string;
  readonly name: string;
  readonly compression: "gzip" | "zstd";
  readonly connections: number;
  readonly signed: boolean;
  /** age recipients; not encrypted without. */
  readonly recipients?: readonly string[];
}

export interface Exported {
  /** The tenant's rows and the common ones that came along. */
  readonly rows: number;
  /** Before and after compression. */
  readonly bytes: number;
  readonly fileBytes: number;
  /** Uncompressed bytes by table, in load order. */
  readonly tables: readonly number[];
}

await work<ExportJob, Exported>(async ({ folder, signed, ...job }) => {
  const { seal, bytes } = await exportTenant(
    {
      ...job,
      ...(signed ? { signKey: generateKeyPairSync("ed25519").privateKey } : {}),
      platform: harborPlatform(),
      tenant: TENANT,
      store: folderStore(folder),
      engineVersion: "bench",
    },
    quietContext(),
  );
  return {
    rows: seal.totals.rows,
    bytes: seal.totals.bytes,
    fileBytes: bytes,
    tables: seal.tables.filter((table) => table.section === "data").map((table) => table.bytes),
  };
});
