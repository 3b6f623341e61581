/** Random platforms: a tenant that is made from the schema alone takes one round, whatever the schema. */
import { mkdtemp } from "node:fs/promises";
import { join } from "node:path";
import fc from "fast-check";
import { afterAll, beforeAll, expect, it } from "vitest";
import { readCatalog } from "../../../lib/catalog/read.ts";
import { quietContext } from "../../../lib/rows/run-context.ts";
import { build } from "../../../lib/rows/testing/generated/build.ts";
import { schemaSql } from "../../../lib/rows/testing/generated/ddl.ts";
import { platformYaml } from "../../../lib/rows/testing/generated/describe.ts";
import { createLane, type Lane } from "../../../lib/rows/testing/generated/lane.ts";
import { inSchema } from "../../../lib/rows/testing/generated/seen-as.ts";
import { platformShape } from "../../../lib/rows/testing/generated/shape.ts";
import { parsePlatform, temporaryFolder } from "../../../lib/rows/testing/walk.ts";
import { deriveModel } from "../../../lib/tenancy/derive-model.ts";
import { randomCases } from "../../../lib/testing/shard.ts";
import { goRoundOn } from "./round-trip.ts";

/** `npm run soak` asks for more, and for others. */
const { runs: RUNS, seed: SEED } = randomCases(6, 0.25);
const NEWEST = 18;

let folder: Awaited<ReturnType<typeof temporaryFolder>>;
let lane: Lane;
beforeAll(async () => {
  folder = await temporaryFolder();
  lane = createLane();
});
afterAll(async () => {
  await lane.drop();
  await folder.remove();
});

it(
  "random platforms take a made tenant round",
  async () => {
    let rows = 0;
    const property = fc.asyncProperty(platformShape, async (shape) => {
      const built = build(shape, NEWEST);
      const pattern = built.placement === "schema" ? built.tables.at(-1)!.schema : null;
      const [{ client, url }] = await lane.clear();
      const { common, tenant } = schemaSql(built, false);
      const own = inSchema(`${tenant.tables}\n${tenant.keys}`, pattern, "one");
      await client.query([common.tables, common.keys, own].join("\n"));
      const file = parsePlatform(platformYaml(built));
      const model = deriveModel(await readCatalog(client), file);
      const ground = { url, client, folder: await mkdtemp(join(folder.path, "round-")) };
      try {
        const round = await goRoundOn(ground, { file, model, seed: undefined }, { context: quietContext() });
        expect(round.findings).toEqual([]);
        rows += round.rows;
      } finally {
        await client.query("RESET session_replication_role");
      }
    });
    await fc.assert(property, { numRuns: RUNS, seed: SEED });
    process.stdout.write(`${RUNS} random platforms took a made tenant round, with ${rows} rows\n`);
    expect(rows).toBeGreaterThan(RUNS);
  },
  60_000 + RUNS * 10_000,
);
