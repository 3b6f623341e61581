/** What an export has written, in words and in JSON. */
import type { Seal } from "../../../lib/bundle/manifest.ts";
import type { ExportResult } from "../../../lib/rows/export/export-tenant.ts";
import { bytes, duration, plural } from "../../cli/quantities.ts";
import type { Style } from "../../cli/style.ts";
import { facts } from "../../cli/table.ts";
import { droppedSecrets, leftOut, rowsIn, tableRows, tenantName } from "../bundle-facts.ts";

export interface Exported extends ExportResult {
  readonly path: string;
  readonly signed: boolean;
  readonly recipients: readonly string[];
  readonly milliseconds: number;
}

export function exportedText(exported: Exported, style: Style): string[] {
  const { manifest, seal, path, signed, recipients } = exported;
  const common = rowsIn(seal, "reference");
  return [
    style.bold(path),
    ...facts(
      [
        ["tenant", tenantName(manifest)],
        [
          "rows",
          `${plural(rowsIn(seal, "data"), "row")} in ${plural(manifest.tables.length, "table")}` +
            (common === 0 ? "" : `, with ${plural(common, "common row")} that they point at`),
        ],
        ["size", `${bytes(exported.bytes)}, ${ratio(seal, exported.bytes)} smaller than its rows`],
        ["sha256", `${exported.sha256.slice(0, 16)}…`],
        ["signed", signed ? "yes" : "no"],
        ...encryptedTo(recipients),
        ["left out", leftOut(manifest)],
        ["took", duration(exported.milliseconds)],
      ],
      style,
    ),
  ];
}

function encryptedTo(recipients: readonly string[]): [string, string][] {
  return recipients.length === 0 ? [] : [["encrypted", `to ${recipients.join(", ")}`]];
}

function ratio(seal: Seal, fileBytes: number): string {
  return `${(seal.totals.bytes / Math.max(1, fileBytes)).toFixed(1)} times`;
}

export function exportedJson(exported: Exported): object {
  const { manifest, seal, path, sha256, signed, recipients } = exported;
  return {
    file: path,
    bytes: exported.bytes,
    sha256,
    signed,
    recipients,
    tenant: manifest.tenant,
    schema: { ledger: manifest.schema.ledger, version: manifest.schema.version },
    takenAt: manifest.source.takenAt,
    rows: rowsIn(seal, "data"),
    commonRows: rowsIn(seal, "reference"),
    tables: tableRows(manifest, seal),
    droppedSecrets: droppedSecrets(manifest),
    excludedTables: manifest.model.excluded,
    milliseconds: Math.round(exported.milliseconds),
  };
}
