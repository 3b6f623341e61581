/** A bundle as one side of a comparison, its ids remapped where an import's journal says how. */
import type { Manifest } from "../../bundle/manifest.ts";
import { type BundlePart, type OpenBundle, openBundle } from "../../bundle/reader.ts";
import type { BundleSource } from "../../bundle/stores/store.ts";
import { collectBuffers } from "../../bundle/streams/collected.ts";
import { Refusal } from "../../findings/finding.ts";
import { qualifiedName } from "../../postgres/identifiers.ts";
import type { TenancyModel } from "../../tenancy/model.ts";
import { createTranscoder } from "../codec/transcode.ts";
import { columnTransforms } from "../remap/column-transforms.ts";
import type { Remap } from "../remap/remap.ts";
import { planRemap } from "../remap/remap-plan.ts";
import type { CompareSide, CompareTable, LinesDigest } from "./side.ts";

export interface BundleSideOptions {
  /** What an import made of the ids, and the model by which it did; left out, the lines are compared as they are. */
  readonly remapped?: { readonly remap: Remap; readonly model: TenancyModel };
}

/**
 * The bundle is proved whole while the other side is read already: its digests, and whatever is read of it, wait for
 * that, and are refused where it is not.
 *
 * @throws Refusal when it is no bundle
 */
export async function bundleSide(
  source: BundleSource,
  options: BundleSideOptions = {},
): Promise<CompareSide> {
  const bundle = await openBundle(source, { releaseChunks: true });
  const { manifest } = bundle;
  const proved = prove(bundle);
  proved.catch(() => undefined);
  const { remapped } = options;
  return {
    name: source.name,
    tenantKey: remapped?.remap.tenant.newKey ?? manifest.tenant.key,
    tables: compareTables(manifest),
    digests: remapped === undefined ? async () => (await proved).digests : null,
    async *read(wanted) {
      yield* readTables(source, (await proved).sha256, wanted, remapped);
    },
    checkReferences: async () => [],
    async close() {
      await bundle.close();
      await proved.catch(() => undefined);
    },
  };
}

interface Proved {
  readonly digests: ReadonlyMap<string, LinesDigest>;
  readonly sha256: string;
}

async function prove(bundle: OpenBundle): Promise<Proved> {
  const seal = await bundle.seal();
  const { sha256 } = bundle.proof();
  await bundle.close();
  const own = seal.tables.filter((table) => table.section === "data");
  const digests = new Map(
    own.map(({ ordinal, rows, sums }): [string, LinesDigest] => [
      tableName(bundle.manifest, ordinal),
      { rows, sums },
    ]),
  );
  return { digests, sha256 };
}

export function compareTables(manifest: Manifest): CompareTable[] {
  return manifest.tables.map(({ schema, name, columns, key }) => ({
    id: qualifiedName(schema, name),
    columns,
    key,
  }));
}

function tableName(manifest: Manifest, ordinal: number): string {
  const { schema, name } = manifest.tables[ordinal - 1]!;
  return qualifiedName(schema, name);
}

async function* readTables(
  source: BundleSource,
  sha256: string,
  wanted: ReadonlySet<string>,
  remapped: BundleSideOptions["remapped"],
): AsyncGenerator<{ table: string; lines: AsyncIterable<Buffer> }> {
  const bundle = await openBundle(source, { proof: "members" });
  try {
    const { manifest } = bundle;
    const transforms =
      remapped === undefined
        ? null
        : columnTransforms(planRemap(remapped.model, manifest, remapped.remap.ids), remapped.remap, manifest)
            .transforms;
    for await (const part of bundle.parts()) {
      collectBuffers();
      if (part.section !== "data") continue;
      const { columns, schema, name } = manifest.tables[part.ordinal - 1]!;
      const table = qualifiedName(schema, name);
      if (!wanted.has(table)) continue;
      if (transforms === null) {
        yield { table, lines: part.chunks };
        continue;
      }
      const transcoder = createTranscoder({
        label: table,
        columns,
        transforms: transforms.get(table),
        output: "json",
      });
      yield { table, lines: remapLines(part, transcoder) };
    }
    await bundle.seal();
    if (bundle.proof().sha256 !== sha256)
      throw new Refusal({
        code: "bundle-changed",
        severity: "blocks",
        where: source.name,
        what: "The file changed while it was being compared.",
        todo: "Compare again.",
      });
  } finally {
    await bundle.close();
  }
}

/** Parts hold whole lines, so that each has a transcoder of its own. */
async function* remapLines(
  part: BundlePart,
  transcoder: ReturnType<typeof createTranscoder>,
): AsyncGenerator<Buffer> {
  transcoder.member(part.name);
  for await (const chunk of part.chunks) yield* transcoder.write(chunk);
  yield transcoder.end();
}
