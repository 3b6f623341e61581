/** The shapes of five products that people run, each with its platform file: a made tenant of each takes one round. */
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, expect, it, vi } from "vitest";
import { formbricks } from "../../../lib/rows/testing/products/formbricks.ts";
import { kratos } from "../../../lib/rows/testing/products/kratos.ts";
import { lago } from "../../../lib/rows/testing/products/lago.ts";
import { langfuse } from "../../../lib/rows/testing/products/langfuse.ts";
import { outline } from "../../../lib/rows/testing/products/outline.ts";
import { createTestDatabase } from "../../../lib/testing/database.ts";
import { shard } from "../../../lib/testing/shard.ts";
import { documentOf, runTenantry } from "../../testing/command-line.ts";
import { killStarted } from "../../testing/processes.ts";

/** Each starts a server. */
vi.setConfig({ testTimeout: 120_000 });

const PRODUCTS = Object.entries({ kratos, langfuse, formbricks, lago, outline });

let folder: string | null = null;
afterAll(async () => {
  killStarted();
  if (folder !== null) await rm(folder, { recursive: true });
});

it.each(shard(PRODUCTS, PRODUCTS.length))("%s", async (_name, { schema, yaml }) => {
  const database = await createTestDatabase();
  await (await database.connect()).query(schema);
  folder ??= await mkdtemp(join(tmpdir(), "tenantry-round-"));
  const file = join(folder, "platform.yaml");
  await writeFile(file, `platform: product\n${yaml.replaceAll(/^ {4}/gm, "")}`);
  const document = documentOf(
    await runTenantry(["check", "--platform", file, "--round-trip", "--json"], {
      TENANTRY_DATABASE_URL: database.url,
    }),
  );
  expect(document.findings.filter(({ severity }) => severity === "blocks")).toEqual([]);
  expect(document.result.roundTrip.rows).toBeGreaterThan(10);
  await database.drop();
});
