/** Exports that are cut off or called off: there is no bundle then, and nothing half-written either. */
import { readdir } from "node:fs/promises";
import { join } from "node:path";
import type pg from "pg";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { fileSource } from "../../bundle/stores/file-source.ts";
import { folderStore } from "../../bundle/stores/folder.ts";
import type { BundleStore } from "../../bundle/stores/store.ts";
import { verifyBundle } from "../../bundle/verify.ts";
import { Refusal } from "../../findings/finding.ts";
import type { TestDatabase } from "../../testing/database.ts";
import { quietContext } from "../run-context.ts";
import { disturbedAt, listing, terminate, untilWaiting } from "../testing/interrupt.ts";
import { smallDatabase, smallPlatform } from "../testing/small-platform.ts";
import { exportTo, temporaryFolder } from "../testing/walk.ts";

const platform = smallPlatform();
let folder: Awaited<ReturnType<typeof temporaryFolder>>;
let home: TestDatabase;
let other: pg.Client;

beforeAll(async () => {
  folder = await temporaryFolder();
  home = await smallDatabase("home");
  other = await home.connect();
});
afterAll(() => folder.remove());

function start(place: string, context = quietContext(), store?: BundleStore) {
  const request = { url: home.url, platform, tenant: "one", name: "one.tar.gz" };
  return exportTo(place, store === undefined ? request : { ...request, store }, context);
}

/** What is there afterwards: nothing at all, or one whole bundle. */
async function outcome(place: string): Promise<"nothing" | "a bundle"> {
  const files = await readdir(place).catch(() => []);
  if (files.length === 0) return "nothing";
  expect(files).toEqual(["one.tar.gz"]);
  const source = await fileSource(join(place, "one.tar.gz"));
  expect((await verifyBundle(source)).seal).not.toBeNull();
  await source.close();
  return "a bundle";
}

/** Disturbs an export at both sides of each side effect, in a folder for each. */
async function atEachPoint(
  name: string,
  disturb: () => Promise<void>,
  contextOf: (sideEffect: ReturnType<typeof disturbedAt>) => ReturnType<typeof quietContext>,
  said: (result: unknown) => void,
): Promise<void> {
  const names: string[] = [];
  await start(join(folder.path, name), quietContext({ sideEffect: listing(names) }));
  expect(names.length).toBeGreaterThan(12);
  for (const number of names.keys()) {
    for (const when of ["before", "after"] as const) {
      const place = join(folder.path, `${name}-${number}-${when}`);
      const sideEffect = disturbedAt({ number: number + 1, when }, disturb);
      const result: unknown = await start(place, contextOf(sideEffect)).catch((error) => error);
      const isDone = !(result instanceof Error);
      expect(await outcome(place)).toBe(isDone ? "a bundle" : "nothing");
      if (!isDone) said(result);
      if (!isDone) await start(place);
      expect(await outcome(place)).toBe("a bundle");
    }
  }
}

describe("an export whose connections are cut", () => {
  it("at any side effect leaves no bundle, or a whole one where all rows had been read", async () => {
    await atEachPoint(
      "cut",
      () => terminate(other, "tenantry export").catch(() => {}),
      (sideEffect) => quietContext({ sideEffect }),
      (result) => expect(result).toBeInstanceOf(Refusal),
    );
  });

  it("in the middle of a COPY leaves nothing", async () => {
    const place = join(folder.path, "cut-copy");
    const held = heldStore(place);
    await withMuchToRead(async () => {
      const running = start(place, quietContext(), held.store).catch((error) => error);
      await untilWaiting(other, "tenantry export", "COPY", "Client");
      await terminate(other, "tenantry export");
      held.release();
      expect(await running).toBeInstanceOf(Refusal);
      expect(await outcome(place)).toBe("nothing");
    });
  });
});

describe("an export that is called off", () => {
  it("at any side effect leaves no bundle, or a whole one", async () => {
    let controller = new AbortController();
    await atEachPoint(
      "off",
      async () => controller.abort(new Error("called off")),
      (sideEffect) => {
        controller = new AbortController();
        return quietContext({ sideEffect, signal: controller.signal });
      },
      (result) => expect(result).toMatchObject({ message: "called off" }),
    );
  });

  it("in the middle of a COPY stops at once and leaves nothing", async () => {
    const place = join(folder.path, "off-copy");
    const controller = new AbortController();
    const held = heldStore(place);
    await withMuchToRead(async () => {
      const running = start(place, quietContext({ signal: controller.signal }), held.store).catch(
        (error) => error,
      );
      await untilWaiting(other, "tenantry export", "COPY", "Client");
      controller.abort(new Error("called off"));
      held.release();
      expect(await running).toMatchObject({ message: "called off" });
      expect(await outcome(place)).toBe("nothing");
    });
  });
});

/** More than fits in the buffers between the server and a writer that does not take anything. */
async function withMuchToRead(work: () => Promise<void>): Promise<void> {
  await other.query(`
    INSERT INTO notes SELECT gen_random_uuid(), (SELECT min(i.id) FROM items i JOIN orgs o ON o.id = i.org_id WHERE o.slug = 'one'),
      'much ' || (SELECT string_agg(md5((n * 40000 + m)::text), '') FROM generate_series(1, 30000) m)
      FROM generate_series(1, 48) n`);
  try {
    await work();
  } finally {
    await other.query("DELETE FROM notes WHERE body LIKE 'much %'");
  }
}

/** A store that takes nothing until it is released. */
function heldStore(place: string): { store: BundleStore; release: () => void } {
  let release = () => {};
  const released = new Promise<void>((resolve) => {
    release = resolve;
  });
  const folderOf = folderStore(place);
  const create: BundleStore["create"] = async (name) => {
    const sink = await folderOf.create(name);
    return { ...sink, write: (chunk) => released.then(() => sink.write(chunk)) };
  };
  return { store: { ...folderOf, create }, release };
}
