/** What a drill has proved, in words and in JSON. */
import type { DrillResult } from "../../../lib/rows/drill/drill-bundle.ts";
import { duration, plural } from "../../cli/quantities.ts";
import type { Style } from "../../cli/style.ts";
import { facts } from "../../cli/table.ts";
import { schemaVersion, tenantName } from "../bundle-facts.ts";

export interface Drilled extends DrillResult {
  readonly path: string;
  /** On a server that was named; else on one that was started for it. */
  readonly named: boolean;
}

export function drilledText(drilled: Drilled, style: Style): string[] {
  const { manifest, rows, tables, commonRows, seconds, named, path } = drilled;
  const made = duration((seconds.server + seconds.schema) * 1000);
  return [
    `${style.green("Passed.")} ${path} can be brought back.`,
    ...facts(
      [
        ["tenant", tenantName(manifest)],
        ["platform", `${manifest.platform}, schema version ${schemaVersion(manifest)}`],
        [
          "restored",
          `${plural(rows, "row")} in ${plural(tables, "table")}, ${plural(commonRows, "common row")}, with their own ids`,
        ],
        ["proved", "each table equals the bundle by count and digest, and every reference leads to a row"],
        ["took", `${duration(seconds.restore * 1000)}, after ${made} for server and schema`],
        ["left", named ? "nothing: its database there was dropped" : "nothing: its server is gone"],
      ],
      style,
    ),
  ];
}

export function drilledJson({ manifest, rows, tables, commonRows, seconds, path, named }: Drilled): object {
  const { key, slug, name } = manifest.tenant;
  return {
    file: path,
    platform: manifest.platform,
    tenant: { key, slug, name },
    schemaVersion: manifest.schema.version,
    rows,
    tables,
    commonRows,
    server: named ? "named" : "throwaway",
    seconds: { server: seconds.server, schema: seconds.schema, restore: seconds.restore },
  };
}
