/** `tenantry model`: whose is each table, and by which way. */
import type { Command } from "commander";
import { severities } from "../cli/findings.ts";
import { databaseOption, jsonOption, platformOption, withExamples } from "../cli/options.ts";
import { count, plural } from "../cli/quantities.ts";
import { type ModelOptions, type ModelReading, readModel } from "../cli/read-model.ts";
import type { Style } from "../cli/style.ts";
import { facts, table } from "../cli/table.ts";
import type { Perform } from "../cli/task.ts";
import { byClass, classOf, modelJson, pathOf, referenceCounts } from "./model/describe.ts";

export function addModelCommand(program: Command, perform: Perform): void {
  const command = program
    .command("model")
    .summary("print whose every table is, and by which way")
    .description(
      "Prints the tenancy model that the platform file and the database's catalog give: each table's class, its way to the tenant, load order, cycles, references. Reads only.",
    )
    .addOption(platformOption())
    .addOption(databaseOption())
    .addOption(jsonOption())
    .action((options: ModelOptions) =>
      perform({
        name: "model",
        json: options.json === true,
        left: "Nothing was changed.",
        async work(run) {
          const reading = await readModel(options, run);
          return {
            result: modelJson(reading),
            findings: reading.findings,
            findingsAre: "remarks",
            text: (style) => asText(reading, style),
            next: [`${run.calledAs} check --platform ${options.platform}   # all findings`],
          };
        },
      }),
    );
  withExamples(command, "tenantry model --platform platform.yaml");
}

function asText(reading: ModelReading, style: Style): string[] {
  const { model } = reading;
  const rows = byClass(model).map((each) => [
    classOf(each),
    each.id,
    each.key?.join(", ") ?? "none",
    pathOf(each),
  ]);
  const { declared, virtual } = referenceCounts(model);
  return [
    ...table(
      [{ title: "class" }, { title: "table" }, { title: "key" }, { title: "way to the tenant" }],
      rows,
      style,
    ),
    "",
    ...facts(
      [
        ["platform", `${model.platform}, database ${reading.database}`],
        [
          "schema",
          reading.schemaVersion === null ? "no ledger" : `${reading.schemaVersion} (${reading.ledger})`,
        ],
        ["tables", plural(model.tables.size, "table")],
        ["load order", model.loadOrder.join(" → ") || "nothing is owned"],
        ["cycles", model.cycles.map((cycle) => cycle.join(" ⇄ ")).join("; ") || "none"],
        [
          "references",
          `${count(declared)} by foreign key, ${count(virtual)} by the platform file or by name`,
        ],
        ["triggers", model.triggers === "off" ? "do not fire on import" : "fire on import"],
        ["findings", severities(reading.findings)],
        ["version", model.version.slice(0, 16)],
      ],
      style,
    ),
  ];
}
