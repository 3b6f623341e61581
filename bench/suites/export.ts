/** The export against psql pipes, over two connections and over one, and against the way it is usually written. */
import { mkdirSync, rmSync } from "node:fs";
import { join } from "node:path";
import { alternate, LONG_RUNS, timed } from "../measure/rounds.ts";
import { runWorker } from "../measure/worker.ts";
import { copyPipes, dealTables } from "../peers/copy-pipes.ts";
import { type CursorExported, type CursorJob, cursorQueries } from "../peers/cursor-export.ts";
import { atLeast } from "../report.ts";
import type { Exported, ExportJob } from "../workers/export.ts";
import { memoryNotes, requireRows, type SuiteContext, type SuiteResult } from "./suite.ts";

export async function exportSuite(context: SuiteContext): Promise<SuiteResult> {
  const { ground, pair, owned, size, rounds } = context;
  const folder = join(ground.files, "export");
  mkdirSync(folder);
  const { memory, note } = memoryNotes();
  const run = async (compression: ExportJob["compression"], connections: number, signed = false) => {
    const job: ExportJob = { url: pair.source, folder, name: "bundle", compression, connections, signed };
    const { seconds, peakMemory, result } = await runWorker<Exported>("export", job);
    rmSync(join(folder, "bundle"));
    return { seconds, peakMemory, result };
  };
  const first = (await run("zstd", 2)).result;
  const pipes = async (connections: number) => {
    const go = await copyPipes(pair.source, folder, dealTables(owned.extents, first.tables, connections));
    return () => timed(go);
  };
  const cursorJob: CursorJob = {
    url: pair.source,
    file: join(folder, "cursor.jsonl.zst"),
    queries: cursorQueries(owned.extents),
  };
  const seconds = await alternate(
    {
      zstd: async () => {
        const done = await run("zstd", 2);
        note("export", done.peakMemory);
        return done.seconds;
      },
      twoPipes: await pipes(2),
      signed: async () => (await run("zstd", 2, true)).seconds,
      gzip: async () => (await run("gzip", 2)).seconds,
      zstdOne: async () => (await run("zstd", 1)).seconds,
      onePipe: await pipes(1),
      cursor: async () => {
        const done = await runWorker<CursorExported>("cursor", cursorJob);
        requireRows(done, first.rows, "cursor");
        return done.seconds;
      },
    },
    rounds,
    size < LONG_RUNS,
  );
  rmSync(folder, { recursive: true });
  const { rows, bytes } = first;
  const about = { size, rows, bytes };
  const { zstd, signed, gzip, zstdOne, twoPipes, onePipe, cursor } = seconds;
  return {
    memory,
    verdicts: [
      atLeast(0.85, { ...about, what: "export, zstd : two psql pipes", ours: zstd, peer: twoPipes }),
      atLeast(0.85, {
        ...about,
        what: "export, zstd, signed : two psql pipes",
        ours: signed,
        peer: twoPipes,
      }),
      atLeast(0.85, { ...about, what: "export, gzip : two psql pipes (zstd)", ours: gzip, peer: twoPipes }),
      atLeast(0.85, { ...about, what: "export, one connection : one pipe", ours: zstdOne, peer: onePipe }),
      atLeast(3, { ...about, what: "export, zstd, signed : cursor, stringify", ours: signed, peer: cursor }),
    ],
  };
}
