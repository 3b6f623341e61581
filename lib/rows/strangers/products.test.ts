/** The shapes of five products that people run: what their platform files must say, and that tenants go round. */
import { expect, it, vi } from "vitest";
import { fileSource } from "../../bundle/stores/file-source.ts";
import { readCatalog } from "../../catalog/read.ts";
import { deriveModel } from "../../tenancy/derive-model.ts";
import { bundleSide } from "../compare/bundle-side.ts";
import { compareSides } from "../compare/compare.ts";
import { liveSide } from "../compare/live-side.ts";
import { readManifest } from "../import/outline.ts";
import { quietContext } from "../run-context.ts";
import { formbricks } from "../testing/products/formbricks.ts";
import { kratos } from "../testing/products/kratos.ts";
import { lago } from "../testing/products/lago.ts";
import { langfuse } from "../testing/products/langfuse.ts";
import { outline } from "../testing/products/outline.ts";
import { goRound } from "../testing/stranger.ts";
import { type TinyPlatform, tinyPlatform, tinyPlatformFile } from "../testing/tiny-platform.ts";

/** Several exports and imports a case. */
vi.setConfig({ testTimeout: 120_000 });

it.each(Object.entries({ kratos, langfuse, formbricks, lago, outline }))(
  "%s: asked the right things, answered in at most forty lines, and then a tenant goes round",
  async (_name, product) => {
    expect(product.yaml.trim().split("\n").length).toBeLessThanOrEqual(39);
    const platform = await tinyPlatform(product.schema, product.yaml);
    try {
      const catalog = await readCatalog(platform.source);
      const asked = deriveModel(catalog, tinyPlatformFile(product.unanswered.yaml)).findings;
      for (const [code, where] of product.unanswered.findings)
        expect(asked.map((finding) => `${finding.code} ${finding.where}`)).toContain(`${code} ${where}`);
      expect(
        deriveModel(catalog, platform.file).findings.filter(({ severity }) => severity === "blocks"),
      ).toEqual([]);
      const { rows } = await goRound(product, platform);
      expect(rows).toBeGreaterThan(15);
      expect(await differences(platform, product.tenant!)).toEqual([]);
    } finally {
      await platform.drop();
    }
  },
);

/** Tables in which the last bundle and the tenant as it is differ: none, and all of them were looked at. */
async function differences(platform: TinyPlatform, tenant: string): Promise<string[]> {
  const { path } = await platform.export(tenant);
  const source = await fileSource(path);
  const live = await liveSide({
    url: platform.sourceUrl,
    platform: platform.file,
    tenant,
    like: await readManifest(source),
  });
  try {
    const { tables, findings } = await compareSides(await bundleSide(source), live, quietContext());
    expect(tables.length).toBeGreaterThan(5);
    return findings.filter(({ severity }) => severity === "blocks").map(({ where }) => where);
  } finally {
    await live.close();
    await source.close();
  }
}
