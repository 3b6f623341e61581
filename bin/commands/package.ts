/** `tenantry package`: a bundle re-packed for the tenant's own people. */
import { stat } from "node:fs/promises";
import { basename, dirname, join } from "node:path";
import { type Command, Option } from "commander";
import { folderStore } from "../../lib/bundle/stores/folder.ts";
import type { PackageFormat } from "../../lib/rows/customer-package/index-page.ts";
import { customerPackage } from "../../lib/rows/customer-package/package.ts";
import { shellWord } from "../cli/arguments.ts";
import { usage } from "../cli/failure.ts";
import { openBundleFile, readSoundPlatform } from "../cli/inputs.ts";
import { identityOption, jsonOption, platformOption, withExamples } from "../cli/options.ts";
import { bytes, plural } from "../cli/quantities.ts";
import { facts } from "../cli/table.ts";
import type { Perform, Run } from "../cli/task.ts";

interface PackageOptions {
  readonly platform?: string;
  readonly out?: string;
  readonly format: PackageFormat;
  readonly identity?: readonly string[];
  readonly json?: boolean;
}

export function addPackageCommand(program: Command, perform: Perform): void {
  const command = program
    .command("package")
    .summary("make a ZIP of a bundle for the tenant's own people")
    .description(
      "Re-packs a bundle for people without our tools: a ZIP of one file a table and a page that explains tables and columns. Hashes, and what the platform file calls internal, stay out. The file appears under its name when the bundle has been proved whole.",
    )
    .argument("<file>", "the bundle")
    .addOption(platformOption())
    .addOption(
      new Option("--out <file or folder>", "where to; in a folder that exists the file names itself"),
    )
    .addOption(new Option("--format <how>", "of the tables' files").choices(["csv", "jsonl"]).default("csv"))
    .addOption(identityOption())
    .addOption(jsonOption())
    .action((path: string, options: PackageOptions) =>
      perform({
        name: "package",
        json: options.json === true,
        left: "No package was written.",
        async work(run) {
          const written = await writePackage(path, options, run);
          return {
            result: { file: written.path, bytes: written.bytes, tables: written.tables },
            findings: [],
            findingsAre: "remarks",
            text: (style) => [
              style.bold(written.path),
              ...facts(
                [
                  ["holds", `${plural(written.tables.length, "table")} as ${options.format}, and index.html`],
                  ["size", bytes(written.bytes)],
                ],
                style,
              ),
            ],
            next: [`unzip -l ${shellWord(written.path)}`],
          };
        },
      }),
    );
  withExamples(command, "tenantry package acme.tar.gz --platform platform.yaml --out acme.zip");
}

async function writePackage(path: string, options: PackageOptions, run: Run) {
  const { folder, name } = await whereTo(options.out);
  const platform = options.platform === undefined ? null : await readSoundPlatform(options.platform);
  const { signal } = run.context;
  const source = await openBundleFile(path, signal, options.identity);
  try {
    const { format } = options;
    const made = await customerPackage({ source, format, internal: platform?.internal, signal });
    const store = folderStore(folder, { sideEffect: run.context.sideEffect });
    const sink = await store.create(name ?? made.name);
    try {
      for await (const chunk of made.bytes) await sink.write(chunk as Buffer);
      const { bytes: size } = await sink.commit();
      return {
        path: join(folder, name ?? made.name),
        bytes: size,
        tables: made.tables.map(({ id, fileName }) => ({ table: id, file: `${fileName}.${format}` })),
      };
    } catch (error) {
      made.bytes.destroy();
      await sink.abort();
      throw error;
    }
  } finally {
    await source.close();
  }
}

/** The folder must be there: a mistyped path would otherwise become a new one. */
async function whereTo(out: string | undefined): Promise<{ folder: string; name?: string }> {
  if (out === undefined) throw usage("--out", "Name the file to write, or a folder, with --out.");
  if (await isFolder(out)) return { folder: out };
  if (out.endsWith("/") || !(await isFolder(dirname(out))))
    throw usage("--out", `There is no folder ${out.endsWith("/") ? out : dirname(out)}.`, "Make it first.");
  if (!out.toLowerCase().endsWith(".zip"))
    throw usage("--out", "A package is a ZIP: end its name with .zip.");
  return { folder: dirname(out), name: basename(out) };
}

async function isFolder(path: string): Promise<boolean> {
  return stat(path).then(
    (found) => found.isDirectory(),
    () => false,
  );
}
