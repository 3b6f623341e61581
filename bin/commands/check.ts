/** `tenantry check`: for the platform's own CI. */
import type { Command } from "commander";
import { blocks } from "../../lib/findings/finding.ts";
import { severities } from "../cli/findings.ts";
import { databaseOption, jsonOption, platformOption, withExamples } from "../cli/options.ts";
import { plural } from "../cli/quantities.ts";
import { type ModelOptions, type ModelReading, readModel } from "../cli/read-model.ts";
import type { Style } from "../cli/style.ts";
import type { Perform } from "../cli/task.ts";
import { type FormatOptions, formatOption, toldAs } from "./check/formats.ts";
import { classCounts } from "./model/describe.ts";

export function addCheckCommand(program: Command, perform: Perform): void {
  const command = program
    .command("check")
    .summary("say what the platform file does not cover")
    .description(
      "Says what escapes the platform file: tables without a way to the tenant, columns named like secrets, suspected references, missing indexes. For the platform's CI: exits with 1 when something blocks. Reads only.",
    )
    .addOption(platformOption())
    .addOption(databaseOption())
    .addOption(jsonOption())
    .addOption(formatOption())
    .action((options: ModelOptions & FormatOptions) =>
      perform({
        name: "check",
        ...toldAs(options),
        left: "Nothing was changed.",
        async work(run) {
          const reading = await readModel(options, run, "sampled");
          return {
            result: resultOf(reading),
            findings: reading.findings,
            findingsAre: "result",
            text: (style) => [verdict(reading, style)],
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
