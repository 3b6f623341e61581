import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import { eq } from "drizzle-orm";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { createEngine } from "../../engine/engine.ts";
import { previewOperation } from "../../engine/request.ts";
import { bundles } from "../../records/schema/bundles.ts";
import { keyOfSlug, SMALL_PLATFORM, smallDatabase } from "../../rows/testing/small-platform.ts";
import { carryOut, createWorldOf, refusedWith, type TestWorld, tryToAsk } from "../testing/world.ts";
import { receiveUpload } from "../uploads/receive.ts";
import { forbiddenPlaces, regionInRow } from "./region-rule.ts";

const RULE = { column: "region", allow: { eu: ["eu-1", "eu-central-1"], nowhere: [] } };

describe("a region rule", () => {
  const codes = (...given: Parameters<typeof forbiddenPlaces>) =>
    forbiddenPlaces(...given).map(({ code }) => code);

  it("forbids what lies elsewhere, and what nobody has placed", () => {
    const place = (region: string | null) => ({ kind: "store", name: "s3", region }) as const;
    expect(codes(RULE, "eu", [place("eu-central-1")])).toEqual([]);
    expect(codes(RULE, "eu", [place("us-1")])).toEqual(["region-forbids-store"]);
    expect(codes(RULE, "eu", [place(null)])).toEqual(["region-forbids-store"]);
    expect(codes(RULE, "nowhere", [place("eu-1")])).toEqual(["region-forbids-store"]);
    expect(codes(RULE, "eu", [{ kind: "database", name: "us-1", region: "us-1" }])).toEqual([
      "region-forbids-database",
    ]);
  });

  it("forbids everything where the tenant's region is not known", () => {
    for (const region of [null, "", "mars", "toString"])
      expect(codes(RULE, region, [{ kind: "store", name: "s3", region: "eu-1" }])).toEqual([
        "region-unknown",
      ]);
  });
});

describe("a platform with regions", () => {
  let world: TestWorld;
  let tenantKey: string;
  beforeAll(async () => {
    const regions = "regions: { column: region, allow: { north: [eu-1], south: [us-1] } }";
    const [home, elsewhere] = [await smallDatabase("home"), await smallDatabase("elsewhere")];
    for (const database of [home, elsewhere])
      await (await database.connect()).query("ALTER TABLE orgs ADD region text DEFAULT 'north'");
    world = await createWorldOf(`${SMALL_PLATFORM}\n${regions}\n`, home, elsewhere);
    tenantKey = (await keyOfSlug(world.euClient, "one"))!;
  }, 120_000);
  afterAll(() => world.close());

  async function codesIn(region: string | null): Promise<string[]> {
    const { engine } = world.console;
    const placed = createEngine({ ...engine, store: (id) => ({ ...engine.store(id), region }) });
    const { platformId, euId: databaseId } = world;
    const asked = { kind: "export", platformId, databaseId, input: { tenantKey } };
    const answer = await previewOperation(placed, await world.actor("operator"), asked);
    if (!answer.ok) throw new Error(JSON.stringify(answer.findings));
    return answer.objections.map(({ code }) => code).filter((code) => code.startsWith("region"));
  }

  it("exports into a store of the tenant's region, and into no other before a byte is written", async () => {
    expect(await codesIn("us-1")).toEqual(["region-forbids-store"]);
    // Nobody has said where the folder lies.
    expect(await codesIn(null)).toEqual(["region-forbids-store"]);
    expect(await refusedWith(world, { kind: "export", input: { tenantKey } })).toContain(
      "region-forbids-store",
    );
    expect(await readdir(join(world.folder, "bundles")).catch(() => [])).toEqual([]);
    expect(await codesIn("eu-1")).toEqual([]);
    await world.euClient.query("UPDATE orgs SET region = 'mars' WHERE slug = 'one'");
    expect(await codesIn("eu-1")).toEqual(["region-unknown"]);
    await world.euClient.query("UPDATE orgs SET region = 'north' WHERE slug = 'one'");
  });

  it("imports into a database of the region that the bundle's tenant has, and into no other", async () => {
    const { engine } = world.console;
    const placed: TestWorld = {
      ...world,
      console: {
        ...world.console,
        engine: createEngine({ ...engine, store: (id) => ({ ...engine.store(id), region: "eu-1" }) }),
      },
    };
    const { result } = await carryOut(placed, { kind: "export", input: { tenantKey } });
    const bundleId = result.links!.bundle!;
    expect(
      await refusedWith(placed, { kind: "import", databaseId: world.usId, input: { bundleId } }),
    ).toContain("region-forbids-database");
    const home = { kind: "import", databaseId: world.euId, input: { bundleId, newSlug: "two-of-it" } };
    expect((await tryToAsk(placed, home)).ok).toBe(true);

    // What somebody uploads is told by its own row, and where it may not lie nothing of it stays.
    const [row] = await world.console.records.select().from(bundles).where(eq(bundles.id, bundleId));
    const file = await readFile(join(world.folder, "bundles", row!.name));
    await world.console.records.update(bundles).set({ state: "expired" }).where(eq(bundles.id, bundleId));
    const upload = async (region: string) => {
      async function* content() {
        yield file;
      }
      const { stores } = world.console;
      const inRegion = { ids: stores.ids, get: (id: string) => ({ ...stores.get(id), region }) };
      return receiveUpload({ ...world.console, stores: inRegion }, await world.actor("admin"), {
        platformId: world.platformId,
        fileName: "one.tar.gz",
        content: content(),
        announcedBytes: null,
        stillAllowed: async () => true,
      });
    };
    const before = await readdir(join(world.folder, "bundles"));
    expect(await upload("us-1")).toMatchObject({ ok: false, findings: [{ code: "region-forbids-store" }] });
    expect(await readdir(join(world.folder, "bundles"))).toEqual(before);
    expect(await upload("eu-1")).toMatchObject({ ok: true });
  });

  it("a row that says no region is of none", () => {
    expect(regionInRow(RULE, '{"id":1,"region":"eu"}')).toBe("eu");
    for (const line of ['{"region":null}', "{}", "null", '["eu"]', '{"region":{"a":1}}', "no json"])
      expect(regionInRow(RULE, line), line).toBeNull();
  });
});
