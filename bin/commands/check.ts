/** `tenantry check`: for the platform's own CI. */
import type { Command } from "commander";
import type { Manifest } from "../../lib/bundle/manifest.ts";
import { openBundle } from "../../lib/bundle/reader.ts";
import { blocks, type Finding } from "../../lib/findings/finding.ts";
import type { TenancyModel } from "../../lib/tenancy/model.ts";
import { escapedSince } from "../../lib/tenancy/since-bundle.ts";
import { severities } from "../cli/findings.ts";
import { databaseAddress, drillPlace, openBundleFile, readSoundPlatform } from "../cli/inputs.ts";
import { databaseOption, identityOption, jsonOption, platformOption, withExamples } from "../cli/options.ts";
import { plural } from "../cli/quantities.ts";
import { type ModelOptions, type ModelReading, readModel } from "../cli/read-model.ts";
import type { Style } from "../cli/style.ts";
import type { Perform, Run } from "../cli/task.ts";
import { type FormatOptions, formatOption, toldAs } from "./check/formats.ts";
import { goRound, type RoundTrip } from "./check/round-trip.ts";
import { classCounts } from "./model/describe.ts";

type CheckOptions = ModelOptions &
  FormatOptions & {
    readonly since?: string;
    readonly identity?: readonly string[];
    readonly roundTrip?: boolean;
    readonly seed?: string;
    readonly server?: string;
  };

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
    .addOption(identityOption())
    .option("--round-trip", "make tenants on a throwaway server, export one, import it beside, and count")
    .option("--seed <file>", "SQL with rows for the round trip that cannot be made otherwise")
    .option(
      "--server <url>",
      "go round on this server, which holds nothing, instead of one of its own; better: TENANTRY_DRILL_SERVER_URL in the environment",
    )
    .addOption(jsonOption())
    .addOption(formatOption())
    .action((options: CheckOptions) =>
      perform({
        name: "check",
        ...toldAs(options),
        left: "Nothing was changed.",
        async work(run) {
          const since =
            options.since === undefined ? null : await manifestOf(options.since, options.identity, run);
          const reading = await readModel(options, run, "sampled");
          const escaped = since === null ? [] : escapedSince(since, reading.model);
          const found = [...reading.findings, ...escaped];
          const round =
            options.roundTrip === true ? await roundTrip(options, found, reading.model, run) : null;
          const findings = [...found, ...(round?.findings ?? [])];
          return {
            result: { ...resultOf(reading), roundTrip: round },
            findings,
            findingsAre: "result",
            text: (style) => [
              verdict({ ...reading, findings }, style),
              ...(round === null ? [] : [sentenceOf(round)]),
            ],
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

/** Null where something blocks already: what is not covered is not exported either. */
async function roundTrip(
  options: CheckOptions,
  found: readonly Finding[],
  model: TenancyModel,
  run: Run,
): Promise<RoundTrip | null> {
  if (blocks(found)) {
    run.remark("The round trip waits until nothing blocks.");
    return null;
  }
  const file = await readSoundPlatform(options.platform);
  const url = databaseAddress(options.database, () => {});
  const { server } = drillPlace(options.server, run.remark);
  return goRound({ url, file, model, seed: options.seed, server }, run);
}

function sentenceOf({ rows, tables, findings }: RoundTrip): string {
  return findings.length === 0
    ? `Round trip: ${plural(rows, "row")} of a made tenant, in ${plural(tables, "table")}, came along and back.`
    : "Round trip: not all of a made tenant came along.";
}

/** What the bundle says of itself at its head; its rows are not read. */
async function manifestOf(
  path: string,
  identities: readonly string[] | undefined,
  run: Run,
): Promise<Manifest> {
  const source = await openBundleFile(path, run.context.signal, identities);
  try {
    const bundle = await openBundle(source, { proof: "none" });
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
