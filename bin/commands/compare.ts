/** `tenantry compare`: whether two sides hold the same tenant, row for row. */
import type { Command } from "commander";
import {
  databaseOption,
  identityOption,
  journalOption,
  jsonOption,
  platformOption,
  withExamples,
} from "../cli/options.ts";
import type { Perform } from "../cli/task.ts";
import { type CompareOptions, compare, remarkOnSides } from "./compare/compare.ts";
import { comparisonJson, comparisonText } from "./compare/report.ts";
import { sideOf } from "./compare/sides.ts";

export function addCompareCommand(program: Command, perform: Perform): void {
  const command = program
    .command("compare")
    .summary("compare two bundles, or a bundle and a live tenant")
    .description(
      "Compares two sides row for row, and checks the references of a live one. A side is a bundle's file, URL#tenant, or '#tenant' in the database of TENANTRY_DATABASE_URL (in quotes: # begins a comment). Reads only.",
    )
    .argument("<a>", "a bundle, URL#tenant or '#tenant'; with --journal the bundle that was imported")
    .argument("<b>", "the other side")
    .addOption(platformOption())
    .addOption(databaseOption())
    .addOption(identityOption())
    .addOption(journalOption("the import's journal: ids, slug and domains are compared as it changed them"))
    .addOption(jsonOption())
    .action((a: string, b: string, options: CompareOptions & { readonly json?: boolean }) =>
      perform({
        name: "compare",
        json: options.json === true,
        left: "Nothing was changed.",
        async work(run) {
          const sides = [sideOf(a), sideOf(b)] as const;
          remarkOnSides(sides, run);
          const compared = await compare(...sides, options, run);
          const { comparison } = compared;
          return {
            result: comparisonJson(compared),
            findings: comparison.findings,
            untold: comparison.findings.filter(({ code }) => code !== "rows-differ"),
            findingsAre: "result",
            text: (style) => comparisonText(compared, style),
          };
        },
      }),
    );
  withExamples(
    command,
    "tenantry compare before.tar.gz after.tar.gz",
    "tenantry compare acme.tar.gz '#acme-copy' --platform platform.yaml --journal acme.tar.gz.1f0c….import.json",
  );
}
