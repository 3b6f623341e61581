/** `tenantry check`: for the platform's own CI. */
import type { Command } from "commander";
import type { Manifest } from "../../lib/bundle/manifest.ts";
import { openBundle } from "../../lib/bundle/reader.ts";
import { blocks } from "../../lib/findings/finding.ts";
import { escapedSince } from "../../lib/tenancy/since-bundle.ts";
import { severities } from "../cli/findings.ts";
import { openBundleFile } from "../cli/inputs.ts";
import { databaseOption, jsonOption, platformOption, withExamples } from "../cli/options.ts";
import { plural } from "../cli/quantities.ts";
import { type ModelOptions, type ModelReading, readModel } from "../cli/read-model.ts";
import type { Style } from "../cli/style.ts";
import type { Perform, Run } from "../cli/task.ts";
import { type FormatOptions, formatOption, toldAs } from "./check/formats.ts";
import { classCounts } from "./model/describe.ts";

type CheckOptions = ModelOptions & FormatOptions & { readonly since?: string };

export function addCheckCommand(program: Command, perform: Perform): void {
  const command = program
    .command("check")
    .summary("say what the platform file does not cover")
    .description(
      "Says what escapes the platform file: tables without a way to the tenant, columns named like secrets, suspected references, missing indexes. For the platform's CI: exits with 1 when something blocks. Reads only.",
    )
    .addOption(platformOption())
    .addOption(databaseOption())
    .option("--since <bundle>", "say too which tables have escaped since this bundle was written")
    .addOption(jsonOption())
    .addOption(formatOption())
    .action((options: CheckOptions) =>
      perform({
        name: "check",
        ...toldAs(options),
        left: "Nothing was changed.",
        async work(run) {
          const since = options.since === undefined ? null : await manifestOf(options.since, run);
          const reading = await readModel(options, run, "sampled");
          const escaped = since === null ? [] : escapedSince(since, reading.model);
          const findings = [...reading.findings, ...escaped];
          return {
            result: resultOf(reading),
            findings,
            findingsAre: "result",
            text: (style) => [verdict({ ...reading, findings }, style)],
          };
        },
      }),
    );
  withExamples(
    command,
    "tenantry check --platform platform.yaml",
    "tenantry check --platform platform.yaml --format sarif > tenantry.sarif",
  );
}

/** What the bundle says of itself at its head; its rows are not read. */
async function manifestOf(path: string, run: Run): Promise<Manifest> {
  const source = await openBundleFile(path, run.context.signal);
  try {
    const bundle = await openBundle(source, { digests: false });
    await bundle.close();
    return bundle.manifest;
  } finally {
    await source.close();
  }
}

function resultOf({ model, database, schemaVersion, ledger }: ModelReading): object {
  return {
    platform: model.platform,
    database,
    schema: { ledger, version: schemaVersion },
    model: model.version,
    tables: Object.fromEntries(classCounts(model)),
  };
}

function verdict({ model, database, findings }: ModelReading, style: Style): string {
  const classes = classCounts(model).map(([tableClass, count]) => `${count} ${tableClass}`);
  const tables = `${plural(model.tables.size, "table")}${classes.length === 0 ? "" : ` (${classes.join(", ")})`}`;
  const state = blocks(findings) ? style.red("Not covered.") : style.green("Covered.");
  return `${state} ${model.platform} in ${database}: ${tables}; ${severities(findings)}.`;
}
