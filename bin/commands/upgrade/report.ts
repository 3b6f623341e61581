/** What an upgrade has done, in words and in JSON. */
import type { UpgradeResult } from "../../../lib/rows/upgrade/upgrade-bundle.ts";
import { bytes, duration, plural } from "../../cli/quantities.ts";
import type { Style } from "../../cli/style.ts";
import { facts } from "../../cli/table.ts";
import { rowsIn, schemaVersion, tenantName } from "../bundle-facts.ts";

export interface Upgraded extends UpgradeResult {
  readonly path: string;
  readonly signed: boolean;
  readonly recipients: readonly string[];
  readonly milliseconds: number;
}

export function upgradedText(upgraded: Upgraded, style: Style): string[] {
  const { manifest, seal, from, migrations, path, loadedRows } = upgraded;
  const decided = migrations.filter(({ how }) => how !== "applied");
  return [
    style.bold(path),
    ...facts(
      [
        ["tenant", tenantName(manifest)],
        ["from", `version ${schemaVersion(from)}, as of ${from.source.takenAt}`],
        ["to", `version ${schemaVersion(manifest)}, by ${plural(migrations.length, "migration")}`],
        ...(decided.length === 0
          ? []
          : ([["decided", decided.map(({ version, how }) => `${version} ${how}`).join(", ")]] as const)),
        [
          "rows",
          `${plural(rowsIn(seal, "data"), "row")} in ${plural(manifest.tables.length, "table")}, of ${plural(loadedRows, "row")} before`,
        ],
        ["schema", "what the migrations make of an empty database"],
        ["size", bytes(upgraded.bytes)],
        ["sha256", `${upgraded.sha256.slice(0, 16)}…`],
        ["signed", upgraded.signed ? "yes" : "no"],
        ["took", `${duration(upgraded.milliseconds)}: ${steps(upgraded)}`],
      ],
      style,
    ),
  ];
}

function steps({ seconds }: Upgraded): string {
  const told = [
    ["server", seconds.server],
    ["migrations before", seconds.before],
    ["rows", seconds.load],
    ["migrations since", seconds.after],
    ["export", seconds.export],
  ] as const;
  return told.map(([name, time]) => `${name} ${duration(time * 1000)}`).join(", ");
}

export function upgradedJson(upgraded: Upgraded): object {
  const { manifest, seal, from, path, migrations, signed, recipients, loadedRows } = upgraded;
  return {
    file: path,
    bytes: upgraded.bytes,
    sha256: upgraded.sha256,
    signed,
    recipients,
    tenant: manifest.tenant,
    from: { ...manifest.ancestry!.at(-1)!.bundle, ledger: from.schema.ledger },
    schema: { ledger: manifest.schema.ledger, version: manifest.schema.version },
    migrations,
    loadedRows,
    rows: rowsIn(seal, "data"),
    commonRows: rowsIn(seal, "reference"),
    seconds: upgraded.seconds,
    milliseconds: Math.round(upgraded.milliseconds),
  };
}
