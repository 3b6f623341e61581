/** One import the way most tools do it, in a process of its own: see bench/peers/batched-insert.ts. */
import { connect } from "../../lib/postgres/connection.ts";
import { work } from "../measure/work.ts";
import { measureInsert } from "../peers/batched-insert.ts";
import type { Inserted, InsertJob } from "../peers/insert-job.ts";

await work<InsertJob, Inserted>(async (job) => {
  const client = await connect(job.url, { applicationName: "bench insert" });
  try {
    return await measureInsert(client, job.tables);
  } finally {
    await client.end();
  }
});
