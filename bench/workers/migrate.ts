/** Migrations of a folder up to a version, each as its tool would apply it, in a process of its own. */
import { migrate } from "../../lib/ledger/migrate.ts";
import { sqlxAdapter } from "../../lib/ledger/sqlx.ts";
import { connect } from "../../lib/postgres/connection.ts";
import { work } from "../measure/work.ts";

export interface MigrateJob {
  readonly url: string;
  readonly folder: string;
  /** The folder's newest when left out. */
  readonly upTo?: string;
}

await work<MigrateJob, { readonly applied: number }>(async ({ url, folder, upTo }) => {
  const client = await connect(url, { applicationName: "bench" });
  let applied = 0;
  try {
    await migrate(client, sqlxAdapter, folder, { upTo, onApplied: () => applied++ });
  } finally {
    await client.end();
  }
  return { applied };
});
