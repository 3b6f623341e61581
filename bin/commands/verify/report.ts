/** What a verification has proved, in words and in JSON. */
import type { SignatureState } from "../../../lib/bundle/seal/envelope.ts";
import type { Verification } from "../../../lib/bundle/verify.ts";
import { blocks } from "../../../lib/findings/finding.ts";
import type { Comparison } from "../../../lib/rows/compare/compare.ts";
import { bytes, count, plural } from "../../cli/quantities.ts";
import type { Style } from "../../cli/style.ts";
import { facts } from "../../cli/table.ts";
import { droppedSecrets, leftOut, rowsIn, schemaVersion, tableRows, tenantName } from "../bundle-facts.ts";

export interface Verified extends Verification {
  readonly path: string;
  readonly bytes: number;
  /** With the live tenant, where that was asked for. */
  readonly comparison: Comparison | null;
}

/** Nothing out of a file that was refused: it could say anything. */
export function verifiedText(verified: Verified, style: Style): string[] {
  const { manifest, seal, sha256, signature, path } = verified;
  if (manifest === null || seal === null || sha256 === null || blocks(verified.findings))
    return [`${style.red("Refused.")} ${path} must not be used.`];
  const { request, source } = manifest;
  return [
    `${style.green("Whole.")} ${path}`,
    ...facts(
      [
        ["tenant", tenantName(manifest)],
        ["key", manifest.tenant.key],
        ["domains", manifest.tenant.domains.join(", ") || "none"],
        ["platform", `${manifest.platform}, schema version ${schemaVersion(manifest)}`],
        ["taken", `${source.takenAt} from ${source.database} (PostgreSQL ${manifest.postgres.version})`],
        [
          "asked by",
          `${request.by ?? "nobody named"}${request.reason === null ? "" : `: ${request.reason}`}`,
        ],
        [
          "rows",
          `${plural(rowsIn(seal, "data"), "row")} in ${plural(manifest.tables.length, "table")}, ${plural(rowsIn(seal, "reference"), "common row")}`,
        ],
        ["left out", leftOut(manifest)],
        ["size", `${bytes(verified.bytes)}, ${count(seal.members.length)} members as sealed`],
        ["sha256", sha256],
        ...(verified.encrypted ? [["encrypted", "yes"] as [string, string]] : []),
        ["signed", signature === null ? "no" : signedBy(signature)],
      ],
      style,
    ),
  ];
}

function signedBy({ state, keyId }: SignatureState): string {
  switch (state) {
    case "trusted":
      return `by a trusted key (${keyId?.slice(0, 16)}…)`;
    case "untrusted":
      return `by a key that is not known here (${keyId})`;
    case "unsigned":
      return "no";
    case "invalid":
      return "with a signature that does not fit";
    default:
      return assertNever(state);
  }
}

export function verifiedJson(verified: Verified): object {
  const { manifest, seal, sha256, signature, path, comparison } = verified;
  if (manifest === null || seal === null || blocks(verified.findings)) return { file: path, whole: false };
  return {
    file: path,
    whole: true,
    bytes: verified.bytes,
    sha256,
    encrypted: verified.encrypted,
    signature,
    tenant: manifest.tenant,
    platform: manifest.platform,
    schema: { ledger: manifest.schema.ledger, version: manifest.schema.version },
    takenAt: manifest.source.takenAt,
    request: manifest.request,
    rows: rowsIn(seal, "data"),
    commonRows: rowsIn(seal, "reference"),
    tables: tableRows(manifest, seal),
    droppedSecrets: droppedSecrets(manifest),
    excludedTables: manifest.model.excluded,
    comparison: comparison === null ? null : { equal: comparison.equal, tables: comparison.tables },
  };
}

function assertNever(value: never): never {
  throw new Error(`no such state: ${String(value)}`);
}
