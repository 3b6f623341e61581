/** Opens two sides and compares them; `compare` and `verify --against` both do. */
import type { BundleSource } from "../../../lib/bundle/stores/store.ts";
import type { Finding } from "../../../lib/findings/finding.ts";
import { bundleSide } from "../../../lib/rows/compare/bundle-side.ts";
import { type Comparison, compareSides } from "../../../lib/rows/compare/compare.ts";
import { liveSide } from "../../../lib/rows/compare/live-side.ts";
import type { CompareSide } from "../../../lib/rows/compare/side.ts";
import { type Journal, readJournal } from "../../../lib/rows/import/journal.ts";
import { readManifest } from "../../../lib/rows/import/outline.ts";
import type { TenancyModel } from "../../../lib/tenancy/model.ts";
import { usage } from "../../cli/failure.ts";
import { databaseAddress, openBundleFile, readSoundPlatform, remarkOnAddress } from "../../cli/inputs.ts";
import { readModel } from "../../cli/read-model.ts";
import type { Run } from "../../cli/task.ts";
import type { Side } from "./sides.ts";

export interface CompareOptions {
  readonly platform?: string;
  readonly database?: string;
  /** Of the import that made one side of the other. */
  readonly journal?: string;
  /** Files with age identities, for bundles that are encrypted. */
  readonly identity?: readonly string[];
}

export interface Compared {
  readonly comparison: Comparison;
  /** How the sides are called. */
  readonly names: readonly [string, string];
  /** Whether a database was asked too: then its references were checked. */
  readonly live: boolean;
}

/** Live sides are opened first: the remap of a bundle needs their model. */
export async function compare(
  first: Side,
  second: Side,
  options: CompareOptions,
  run: Run,
): Promise<Compared> {
  const files: BundleSource[] = [];
  const opened: CompareSide[] = [];
  const sources = new Map<Side, BundleSource>();
  try {
    for (const side of [first, second]) {
      if (side.kind !== "file") continue;
      const source = await openBundleFile(side.path, run.context.signal, options.identity);
      files.push(source);
      sources.set(side, source);
    }
    const journal = await journalOf(options.journal);
    const bundle = files[0];
    const live = new Map<Side, Awaited<ReturnType<typeof liveSide>>>();
    for (const side of [first, second]) {
      if (side.kind !== "tenant") continue;
      const manifest = bundle === undefined ? undefined : await readManifest(bundle);
      const tenant = side.tenant ?? journal?.remap.tenant.newKey ?? manifest?.tenant.key ?? "";
      const platform = await readSoundPlatform(options.platform);
      const url = side.url ?? databaseAddress(options.database, run.remark);
      const { signal } = run.context;
      const each = await liveSide({ url, platform, tenant, like: manifest, signal });
      opened.push(each);
      live.set(side, each);
    }
    const model = journal === null ? null : ([...live.values()][0]?.model ?? (await modelOf(options, run)));
    const sideFor = async (side: Side) => {
      const source = sources.get(side);
      if (source === undefined) return live.get(side)!;
      const isRemapped = journal !== null && model !== null && source === bundle;
      if (isRemapped) await ofThisBundle(journal, source);
      const remapped = isRemapped ? { remap: journal.remap, model } : undefined;
      const opening = await bundleSide(source, { remapped });
      opened.push(opening);
      return opening;
    };
    const a = await sideFor(first);
    const b = await sideFor(second);
    const comparison = await compareSides(a, b, run.context);
    return {
      comparison: { ...comparison, findings: [...unfinished(journal, options), ...comparison.findings] },
      names: [a.name, b.name],
      live: live.size > 0,
    };
  } finally {
    await Promise.all([...opened, ...files].map((each) => each.close()));
  }
}

/** Said of each address that stands among the arguments. */
export function remarkOnSides(sides: readonly Side[], run: Run): void {
  if (sides.some((side) => side.kind === "tenant" && side.url !== null))
    remarkOnAddress("URL#tenant", run.remark, "write '#tenant'");
}

async function journalOf(path: string | undefined): Promise<Journal | null> {
  if (path === undefined) return null;
  const journal = await readJournal(path);
  if (journal === null) throw usage("--journal", `There is no file ${path}.`, "Check --journal.");
  return journal;
}

/** Two bundles and a journal: only a database can say what a column's ids are. */
async function modelOf(options: CompareOptions, run: Run): Promise<TenancyModel> {
  return (await readModel(options, run)).model;
}

async function ofThisBundle(journal: Journal, source: BundleSource): Promise<void> {
  const { tenant } = await readManifest(source);
  if (tenant.key === journal.remap.tenant.oldKey) return;
  throw usage(
    "--journal",
    `The journal is of an import of another tenant than the one in ${source.name}.`,
    "Name the journal that the import has printed.",
  );
}

function unfinished(journal: Journal | null, { journal: path }: CompareOptions): Finding[] {
  if (journal === null || journal.state === "done") return [];
  return [
    {
      code: "import-unfinished",
      severity: "warns",
      where: path ?? "the journal",
      what: "The journal is of an import that is not known to have ended.",
      todo: "Run the same import again: it finds out what became of it.",
    },
  ];
}
