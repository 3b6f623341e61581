/** Findings as JUnit's XML, which CI servers show as tests: what blocks has failed, what warns has passed and says so. */
import type { Finding } from "../../../lib/findings/finding.ts";
import { EXIT } from "../exit-codes.ts";
import type { Answer, Shown } from "./answer.ts";

export function junit({ command, exitCode, findings }: Answer, shown: Shown): string {
  const blocking = findings.filter(({ severity }) => severity === "blocks");
  const broken = exitCode !== EXIT.done && exitCode !== EXIT.findings;
  const [failures, errors] = broken ? [0, blocking.length] : [blocking.length, 0];
  // A suite without a test would look like one that did not run.
  const cases =
    findings.length === 0
      ? [`    <testcase classname="tenantry.${text(command)}" name="${text(shown.path)}"/>`]
      : findings.map((finding) => caseOf(finding, command, shown, broken ? "error" : "failure"));
  const totals = `tests="${cases.length}" failures="${failures}" errors="${errors}"`;
  return [
    '<?xml version="1.0" encoding="UTF-8"?>',
    `<testsuites name="tenantry" ${totals}>`,
    `  <testsuite name="tenantry ${text(command)}" ${totals} skipped="0">`,
    ...cases,
    "  </testsuite>",
    "</testsuites>",
  ].join("\n");
}

function caseOf(finding: Finding, command: string, shown: Shown, bad: "failure" | "error"): string {
  const { code, severity, where, what, todo } = finding;
  const place = shown.placeOf(finding);
  const at = place === null ? "" : ` (${shown.path}:${place.line})`;
  const said = text([what, todo].filter(Boolean).join("\n") + at);
  const open = `    <testcase classname="tenantry.${text(command)}.${text(code)}" name="${text(where)}">`;
  const inside =
    severity === "blocks"
      ? `<${bad} type="${text(code)}" message="${text(what)}">${said}</${bad}>`
      : `<system-out>${severity === "warns" ? "Warning: " : "Note: "}${said}</system-out>`;
  return [open, `      ${inside}`, "    </testcase>"].join("\n");
}

const ENTITIES: Readonly<Record<string, string>> = {
  "&": "&amp;",
  "<": "&lt;",
  ">": "&gt;",
  '"': "&quot;",
  "\n": "&#10;",
};

/** As text or in an attribute. Characters that XML 1.0 has no way to say (2.2) become U+FFFD. */
function text(value: string): string {
  return (
    value
      .toWellFormed()
      // biome-ignore lint/suspicious/noControlCharactersInRegex: these are the ones that must not be there
      .replace(/[\u0000-\u0008\u000b\u000c\u000e-\u001f\ufffe\uffff]/g, "\ufffd")
      .replace(/[&<>"\n]/g, (sign) => ENTITIES[sign]!)
  );
}
