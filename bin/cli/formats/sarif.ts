/** Findings as SARIF 2.1.0 (OASIS), which code hosts show beside the lines of a change. */
import { createHash } from "node:crypto";
import { isAbsolute, relative, sep } from "node:path";
import { pathToFileURL } from "node:url";
import type { Finding, Severity } from "../../../lib/findings/finding.ts";
import { EXIT } from "../exit-codes.ts";
import { VERSION } from "../version.ts";
import type { Answer, Shown } from "./answer.ts";

const LEVELS: Readonly<Record<Severity, string>> = { blocks: "error", warns: "warning", notes: "note" };

/** One document with one run. A finding without a line of its own is shown at the head of the file. */
export function sarif({ command, exitCode, findings }: Answer, shown: Shown): string {
  const codes = [...new Set(findings.map(({ code }) => code))].sort();
  const rules = codes.map((id) => ({ id, shortDescription: { text: id.replaceAll("-", " ") } }));
  const run = {
    tool: { driver: { name: "tenantry", version: VERSION, rules } },
    automationDetails: { id: `tenantry ${command}/` },
    invocations: [{ executionSuccessful: exitCode === EXIT.done || exitCode === EXIT.findings, exitCode }],
    columnKind: "utf16CodeUnits",
    results: findings.map((finding) => resultOf(finding, codes.indexOf(finding.code), shown)),
  };
  const document = {
    $schema: "https://json.schemastore.org/sarif-2.1.0.json",
    version: "2.1.0",
    runs: [run],
  };
  return JSON.stringify(document, null, 2);
}

function resultOf(finding: Finding, ruleIndex: number, shown: Shown): object {
  const { code, severity, where, what, todo, count } = finding;
  const { line, column } = shown.placeOf(finding) ?? { line: 1, column: 1 };
  return {
    ruleId: code,
    ruleIndex,
    level: LEVELS[severity],
    message: { text: [what, todo].filter(Boolean).join(" ") },
    locations: [
      {
        physicalLocation: {
          artifactLocation: { uri: uriOf(shown.path) },
          region: { startLine: line, startColumn: column },
        },
        logicalLocations: [{ fullyQualifiedName: where }],
      },
    ],
    // The same finding of another run, wherever its line has gone.
    partialFingerprints: {
      "finding/v1": createHash("sha256").update(`${code}\n${where}`).digest("hex"),
    },
    ...(count === undefined ? {} : { properties: { count } }),
  };
}

/** Relative to where the command runs, as code hosts want it (RFC 3986); a file elsewhere by its whole address. */
function uriOf(path: string): string {
  const from = relative(process.cwd(), path);
  if (isAbsolute(from) || from.startsWith("..")) return pathToFileURL(path).href;
  return from.split(sep).map(encodeURIComponent).join("/");
}
