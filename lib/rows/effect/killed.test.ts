/** Whoever tries a migration on a tenant's rows and is killed leaves no server and no folder of one, wherever it was. */
import { execFile } from "node:child_process";
import { chmod, mkdtemp, readdir, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import { afterAll, beforeAll, expect, it } from "vitest";
import { removeAbandoned } from "../../postgres/server/abandoned.ts";
import { shard } from "../../testing/shard.ts";

const CHILD = fileURLToPath(new URL("../testing/effect-child.ts", import.meta.url));
const OLD = fileURLToPath(new URL("../testing/harbor-versions/20250114070000.tar.zst", import.meta.url));

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "tenantry-killed-effect-"));
  await chmod(folder, 0o711);
});
afterAll(() => rm(folder, { recursive: true }));

function run(number: number, when: string) {
  const env = { ...process.env, TMPDIR: folder };
  return new Promise<{ signal: string | null; output: string; errors: string }>((done) => {
    execFile(process.execPath, [CHILD, OLD, String(number), when], { env }, (error, output, errors) =>
      done({ signal: error?.signal ?? null, output, errors }),
    );
  });
}

const servers = async () => (await readdir(folder)).filter((name) => name.startsWith("tenantry-throwaway-"));

it("wherever it was", async () => {
  const { output, errors } = await run(0, "");
  const names = JSON.parse(output || `"${errors}"`) as string[];
  for (const name of ["start throwaway server", "copy the state", "migrate 20250303080000", "commit"])
    expect(names).toContain(name);
  expect(await servers()).toEqual([]);
  const points = names.flatMap((name, at) =>
    (["before", "after"] as const).map((when) => ({ number: at + 1, name, when })),
  );
  for (const { number, name, when } of shard(points, points.length)) {
    const { signal } = await run(number, when);
    expect([name, when, signal]).toEqual([name, when, "SIGKILL"]);
    // A server that runs sees that its owner is gone, and goes too; of one that was being made the next start clears up.
    do {
      removeAbandoned(folder);
      await sleep(20);
    } while ((await servers()).length > 0);
  }
}, 3_600_000);
