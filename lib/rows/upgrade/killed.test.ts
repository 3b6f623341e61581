/** An upgrade that is killed, fails or is stopped leaves no server, no folder of one and no half-written bundle, wherever it was. */
import { execFile } from "node:child_process";
import { chmod, mkdtemp, readdir, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import { afterAll, beforeAll, expect, it } from "vitest";
import { folderStore } from "../../bundle/stores/folder.ts";
import { verifyBundle } from "../../bundle/verify.ts";
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
  how: "kill" | "throw" | "abort",
): Promise<{ signal: string | null; output: string; errors: string }> {
  const env = { ...process.env, TMPDIR: folder };
  return new Promise((done) => {
    execFile(
      process.execPath,
      [CHILD, OLD, folder, String(number), when, how],
      { env },
      (error, output, errors) => done({ signal: error?.signal ?? null, output, errors }),
    );
  });
}

const servers = async () => (await readdir(folder)).filter((name) => name.startsWith("tenantry-throwaway-"));

interface Point {
  readonly number: number;
  readonly name: string;
  readonly when: "before" | "after";
  /** The bundle is being committed, or is whole: nobody can ask any more that it should not be. */
  readonly whole: boolean;
}

/** Nothing of the bundle is there, or all of it where it has just been written. */
async function noHalfBundle({ name, whole }: Point): Promise<void> {
  const store = folderStore(folder);
  const left = await store.list();
  if (!whole) expect([name, left]).toEqual([name, []]);
  for (const bundle of left) {
    const source = await store.open(bundle.name);
    const { findings } = await verifyBundle(source);
    await source.close();
    expect([name, findings.map(({ code }) => code)]).toEqual([name, ["bundle-unsigned"]]);
    await store.remove(bundle.name);
  }
}

let points: readonly Point[];
beforeAll(async () => {
  const { output, errors } = await run(0, "", "kill");
  const names = JSON.parse(output || `"${errors}"`) as string[];
  for (const name of ["start throwaway server", "insert common rows", "migrate 20250303080000", "commit"])
    expect(names).toContain(name);
  const store = folderStore(folder);
  for (const { name } of await store.list()) await store.remove(name);
  const committing = names.lastIndexOf("commit");
  points = names.flatMap((name, at) =>
    (["before", "after"] as const).map((when) => ({ number: at + 1, name, when, whole: at >= committing })),
  );
});

it("wherever it is killed", async () => {
  for (const point of shard(points, points.length)) {
    const { number, name, when } = point;
    const { signal } = await run(number, when, "kill");
    expect([name, when, signal]).toEqual([name, when, "SIGKILL"]);
    // A server that runs sees that its owner is gone, and goes too; of one that was being made the next start clears up.
    do {
      removeAbandoned(folder);
      await sleep(20);
    } while ((await servers()).length > 0);
    await noHalfBundle(point);
  }
}, 1_800_000);

it("wherever something fails in it, or it is asked to stop: it has cleared up itself", async () => {
  const ways = points.flatMap((point) => (["throw", "abort"] as const).map((how) => ({ point, how })));
  for (const { point, how } of shard(ways, ways.length)) {
    const { number, name, when } = point;
    const { signal, output, errors } = await run(number, when, how);
    expect([name, when, how, signal, errors]).toEqual([name, when, how, null, ""]);
    // Who is asked to stop when there is nothing left but the commit may end well.
    if (how === "throw" || !point.whole)
      expect([name, when, how, output]).toEqual([name, when, how, "failed: struck"]);
    expect([name, when, how, await servers()]).toEqual([name, when, how, []]);
    await noHalfBundle(point);
  }
}, 3_600_000);
