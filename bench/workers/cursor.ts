/** One export the way it is usually written, in a process of its own: see bench/peers/cursor-export.ts. */
import { connect } from "../../lib/postgres/connection.ts";
import { work } from "../measure/work.ts";
import { type CursorExported, type CursorJob, measureCursor } from "../peers/cursor-export.ts";

await work<CursorJob, CursorExported>(async (job) => {
  const client = await connect(job.url, { applicationName: "bench cursor" });
  try {
    return await measureCursor(client, job);
  } finally {
    await client.end();
  }
});
