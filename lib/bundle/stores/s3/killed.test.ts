/** A writer into a bucket that is killed: nothing is there, or a whole bundle, and the next one succeeds. */
import { execFile } from "node:child_process";
import { fileURLToPath } from "node:url";
import { afterAll, beforeAll, expect, test } from "vitest";
import { shard } from "../../../testing/shard.ts";
import { type S3Server, startS3Server } from "../../testing/s3-server.ts";
import { verifyBundle } from "../../verify.ts";
import { s3Store } from "./store.ts";

const script = fileURLToPath(new URL("../../testing/killed-writer.ts", import.meta.url));

/** In their order; "write" is a part of the upload. */
const EFFECTS = [
  "create upload",
  "write manifest",
  "write part",
  "write part",
  "write part",
  "write part",
  "write seal",
  "commit",
  "write",
  "publish",
];
const POINTS = EFFECTS.flatMap((effect, index) =>
  (["before", "after"] as const).map((when) => [effect, index + 1, when] as const),
);

let server: S3Server;
beforeAll(async () => {
  server = await startS3Server("s3rver");
});
afterAll(() => server.stop());

function writeUntil(at: number, when: string): Promise<{ effects: string[]; signal: string | null }> {
  return new Promise((resolve) => {
    const args = [script, JSON.stringify(server.config), String(at), when];
    execFile(process.execPath, args, (error, stdout, stderr) => {
      expect(stderr).toBe("");
      resolve({ effects: stdout.trim().split("\n"), signal: error?.signal ?? null });
    });
  });
}

/** What the bucket shows: each is whole. */
async function whatIsLeft(): Promise<string[]> {
  const store = s3Store(server.config);
  const names = (await store.list()).map(({ name }) => name);
  for (const name of names) {
    const source = await store.open(name);
    const { findings } = await verifyBundle(source);
    expect(findings.map(({ code }) => code)).toEqual(["bundle-unsigned"]);
    await store.remove(name);
  }
  return names;
}

test("its effects are these", async () => {
  expect(await writeUntil(0, "never")).toEqual({ effects: EFFECTS, signal: null });
  expect(await whatIsLeft()).toEqual(["acme.tar.gz"]);
});

test.each(shard(POINTS, 5))(
  "killed at %s (%i) %s, it leaves nothing or a whole bundle",
  async (effect, at, when) => {
    expect((await writeUntil(at, when)).signal).toBe("SIGKILL");
    const done = when === "after" && (effect === "publish" || effect === "commit");
    expect(await whatIsLeft()).toEqual(done ? ["acme.tar.gz"] : []);
    expect((await writeUntil(0, "never")).signal).toBeNull();
    expect(await whatIsLeft()).toEqual(["acme.tar.gz"]);
  },
  60_000,
);
