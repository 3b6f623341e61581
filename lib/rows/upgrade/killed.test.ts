/** An upgrade that is killed leaves no server, no folder of one and no half-written bundle, wherever it was. */
import { execFile } from "node:child_process";
import { chmod, mkdtemp, readdir, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import { afterAll, beforeAll, expect, it } from "vitest";
import { folderStore } from "../../bundle/stores/folder.ts";
import { removeAbandoned } from "../../postgres/server/abandoned.ts";
import { shard } from "../../testing/shard.ts";

const CHILD = fileURLToPath(new URL("../testing/upgrade-child.ts", import.meta.url));
const OLD = fileURLToPath(new URL("../testing/harbor-versions/20250114070000.tar.zst", import.meta.url));

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "tenantry-killed-upgrade-"));
  await chmod(folder, 0o711);
});
afterAll(() => rm(folder, { recursive: true }));

function run(
  number: number,
  when: string,
): Promise<{ signal: string | null; output: string; errors: string }> {
  const env = { ...process.env, TMPDIR: folder };
  return new Promise((done) => {
    execFile(process.execPath, [CHILD, OLD, folder, String(number), when], { env }, (error, output, errors) =>
      done({ signal: error?.signal ?? null, output, errors }),
    );
  });
}

const servers = async () => (await readdir(folder)).filter((name) => name.startsWith("tenantry-throwaway-"));

it("wherever it was", async () => {
  const { output, errors } = await run(0, "");
  const names = JSON.parse(output || `"${errors}"`) as string[];
  for (const name of ["start throwaway server", "insert common rows", "migrate 20250303080000", "commit"])
    expect(names).toContain(name);
  const store = folderStore(folder);
  for (const { name } of await store.list()) await store.remove(name);
  const sealing = names.indexOf("stop throwaway server");
  const points = names.flatMap((name, at) =>
    (["before", "after"] as const).map((when) => ({ number: at + 1, name, when, whole: at >= sealing })),
  );
  for (const { number, name, when, whole } of shard(points, points.length)) {
    const { signal } = await run(number, when);
    expect([name, when, signal]).toEqual([name, when, "SIGKILL"]);
    // A server that runs sees that its owner is gone, and goes too; of one that was being made the next start clears up.
    do {
      removeAbandoned(folder);
      await sleep(20);
    } while ((await servers()).length > 0);
    const left = await store.list();
    if (!whole && !/bundle|seal|publish|link|commit|sync/.test(name))
      expect([name, left]).toEqual([name, []]);
    for (const bundle of left) await store.remove(bundle.name);
  }
}, 300_000);
