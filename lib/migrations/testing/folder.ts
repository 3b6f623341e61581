/** A folder of migrations as sqlx has them, replayed on the run's own server. */
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { sqlxAdapter } from "../../ledger/sqlx.ts";
import { serverUrl } from "../../testing/database.ts";
import type { MeasuredFile } from "../facts.ts";
import { type JudgedStatement, judgeFile } from "../judge/judge.ts";
import { replayFolder } from "../measure/replay.ts";

export interface Replayed extends MeasuredFile {
  readonly judged: readonly JudgedStatement[];
}

/** @param files SQL by what the file is called, in order; `-- no-transaction` at its head runs it outside of one */
export async function writeMigrations(files: Readonly<Record<string, string>>): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), "migrations-"));
  for (const [at, [name, sql]] of Object.entries(files).entries())
    await writeFile(join(folder, `${at + 1}_${name.replaceAll(" ", "_")}.sql`), sql);
  return folder;
}

/** By what the file is called. */
export async function replayed(
  files: Readonly<Record<string, string>>,
  wants: (name: string) => boolean = () => true,
): Promise<ReadonlyMap<string, Replayed>> {
  const folder = await writeMigrations(files);
  const found = new Map<string, Replayed>();
  try {
    const request = {
      place: { server: serverUrl() },
      tool: sqlxAdapter,
      folder,
      wants: ({ file }: { file: { name: string } }) => wants(file.name),
      async onMeasured(file: MeasuredFile) {
        found.set(file.name, { ...file, judged: judgeFile(file) });
      },
    };
    await replayFolder(request, new AbortController().signal);
    return found;
  } finally {
    await rm(folder, { recursive: true });
  }
}
