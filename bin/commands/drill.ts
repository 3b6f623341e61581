/** `tenantry drill`: whether a bundle can be brought back, tried where nobody lives. */
import { type Command, Option } from "commander";
import { drillBundle } from "../../lib/rows/drill/drill-bundle.ts";
import {
  databaseAddress,
  drillPlace,
  openBundleFile,
  readSoundPlatform,
  readTrustedKeys,
} from "../cli/inputs.ts";
import {
  databaseOption,
  identityOption,
  jsonOption,
  platformOption,
  trustOption,
  withExamples,
} from "../cli/options.ts";
import type { Perform, Run } from "../cli/task.ts";
import { type Drilled, drilledJson, drilledText } from "./drill/report.ts";

interface DrillOptions {
  readonly platform?: string;
  readonly database?: string;
  readonly server?: string;
  readonly trust?: readonly string[];
  readonly identity?: readonly string[];
  readonly json?: boolean;
}

export function addDrillCommand(program: Command, perform: Perform): void {
  const command = program
    .command("drill")
    .summary("restore a bundle where nobody lives, and throw that away")
    .description(
      "Restores a bundle on a throwaway server, with its own ids and every proof of an import, says how long it took, and throws the server away. The schema, and shared rows that no bundle holds, come from a database of the platform that is at the bundle's version; it is only read.",
    )
    .argument("<file>", "the bundle")
    .addOption(platformOption())
    .addOption(databaseOption())
    .addOption(
      new Option(
        "--server <url>",
        "restore to this server, which holds nothing, instead of one of its own; better: TENANTRY_DRILL_SERVER_URL in the environment",
      ),
    )
    .addOption(trustOption())
    .addOption(identityOption())
    .addOption(jsonOption())
    .action((path: string, options: DrillOptions) =>
      perform({
        name: "drill",
        json: options.json === true,
        left: "The bundle was not brought back; nothing is left of the try.",
        async work(run) {
          const drilled = await drill(path, options, run);
          return {
            result: drilledJson(drilled),
            findings: drilled.findings,
            untold: drilled.findings.filter(({ severity }) => severity !== "notes"),
            findingsAre: "remarks",
            text: (style) => drilledText(drilled, style),
          };
        },
      }),
    );
  withExamples(command, "tenantry drill acme.tar.gz --platform platform.yaml");
}

async function drill(path: string, options: DrillOptions, run: Run): Promise<Drilled> {
  const platform = await readSoundPlatform(options.platform);
  const trust = await readTrustedKeys(options.trust);
  const schemaUrl = databaseAddress(options.database, run.remark);
  const { server, sharedLimit } = drillPlace(options.server, run.remark);
  const source = await openBundleFile(path, run.context.signal, options.identity);
  try {
    const request = { source, platform, schemaUrl, trust, server, sharedLimit };
    return { ...(await drillBundle(request, run.context)), path, named: server !== null };
  } finally {
    await source.close();
  }
}
