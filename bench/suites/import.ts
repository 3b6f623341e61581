/** The import against plain COPY, and against batched INSERT. */
import { execFileSync } from "node:child_process";
import { mkdirSync, rmSync } from "node:fs";
import { join } from "node:path";
import { cloneTwin } from "../ground/databases.ts";
import { alternate, LONG_RUNS, type Run, timed } from "../measure/rounds.ts";
import { runWorker } from "../measure/worker.ts";
import { copyLoad, unloadLines, unloadText } from "../peers/copy-load.ts";
import { type Inserted, type InsertJob, insertTables } from "../peers/insert-job.ts";
import { atLeast, within } from "../report.ts";
import type { ExportJob } from "../workers/export.ts";
import type { Imported, ImportJob } from "../workers/import.ts";
import { memoryNotes, requireRows, type SuiteContext, type SuiteResult } from "./suite.ts";

export async function importSuite(context: SuiteContext): Promise<SuiteResult> {
  const { ground, pair, owned, size, rounds } = context;
  const folder = join(ground.files, "import");
  mkdirSync(folder);
  const { memory, note } = memoryNotes();
  const bundle = await makeBundle(pair.source, folder);
  await unloadText(pair.source, folder, owned.extents);
  const load = await copyLoad(folder, owned.extents);

  const onClone = async <Result>(act: (url: string) => Promise<Result>): Promise<Result> => {
    const clone = await cloneTwin(ground.url, pair);
    try {
      return await act(clone.url);
    } finally {
      await clone.drop();
    }
  };
  let run = 0;
  const importing = (ids: ImportJob["ids"]) => async () => {
    const job = { bundle, ids, run: String(run++) };
    const done = await onClone((url) => runWorker<Imported>("import", { ...job, url }));
    requireRows(done, pair.rows, "import");
    note(`import, ${ids} ids`, done.peakMemory);
    return done.seconds;
  };
  const inserting = async (): Promise<Run> => {
    await unloadLines(pair.source, folder, owned.extents);
    const tables = insertTables(owned.model, owned.extents, folder);
    return async () => {
      const done = await onClone((url) => runWorker<Inserted>("insert", { url, tables } satisfies InsertJob));
      requireRows(done, pair.rows, "batched insert");
      return done.seconds;
    };
  };
  const contenders: Record<string, Run> = {
    kept: importing("kept"),
    copy: () => onClone((url) => timed(() => load(url))),
    fresh: importing("fresh"),
    // In turn with the others, however long it takes: a machine is slower in one minute than in another.
    ...(context.insert ? { insert: await inserting() } : {}),
  };
  // What was unloaded is on the disk before the first run, and not on its way there during it.
  execFileSync("sync");
  const { kept, copy, fresh, insert } = await alternate(contenders, rounds, size < LONG_RUNS);
  const about = { size, rows: pair.rows };
  const verdicts = [
    within(1.3, { ...about, what: "import, kept ids : COPY of text", ours: kept!, peer: copy! }),
    within(1.6, { ...about, what: "import, fresh ids : COPY of text", ours: fresh!, peer: copy! }),
  ];
  if (insert !== undefined)
    verdicts.push(
      atLeast(3, { ...about, what: "import, fresh ids : batched INSERT", ours: fresh!, peer: insert }),
    );
  rmSync(folder, { recursive: true });
  return { memory, verdicts };
}

async function makeBundle(url: string, folder: string): Promise<string> {
  const job: ExportJob = { url, folder, name: "bundle", compression: "zstd", connections: 2, signed: false };
  await runWorker("export", job);
  return join(folder, job.name);
}
