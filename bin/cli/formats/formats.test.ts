import fc from "fast-check";
import { describe, expect, it, test } from "vitest";
import { z } from "zod";
import type { Finding } from "../../../lib/findings/finding.ts";
import { parseXml } from "../../testing/xml.ts";
import { EXIT } from "../exit-codes.ts";
import type { Answer, Shown } from "./answer.ts";
import { junit } from "./junit.ts";
import { sarif } from "./sarif.ts";

const FINDINGS: readonly Finding[] = [
  {
    code: "unclassified",
    severity: "blocks",
    where: "public.notes",
    what: "Nobody has said whose public.notes is.",
    todo: "Add `public.notes: global` under `tables`.",
  },
  { code: "json-unexamined", severity: "notes", where: "public.events", count: 2, what: "Not looked at." },
  { code: "index-missing", severity: "warns", where: "public.orders.b", what: "Slow & <wide>." },
];
const SHOWN: Shown = {
  path: "deploy/platform file.yaml",
  placeOf: ({ where }) => (where === "public.notes" ? { line: 7, column: 3 } : null),
};
const answer = (findings: readonly Finding[], exitCode: Answer["exitCode"] = EXIT.findings): Answer => ({
  command: "check",
  exitCode,
  findings,
  result: null,
});

/** What SARIF 2.1.0 requires of the parts that are used (3.13, 3.14, 3.18, 3.20, 3.27, 3.28), and no part more. */
const message = z.strictObject({ text: z.string().min(1) });
const SARIF = z.strictObject({
  $schema: z.url(),
  version: z.literal("2.1.0"),
  runs: z.tuple([
    z.strictObject({
      tool: z.strictObject({
        driver: z.strictObject({
          name: z.string().min(1),
          version: z.string().min(1),
          rules: z.array(z.strictObject({ id: z.string().min(1), shortDescription: message })),
        }),
      }),
      automationDetails: z.strictObject({ id: z.string() }),
      invocations: z.tuple([z.strictObject({ executionSuccessful: z.boolean(), exitCode: z.int() })]),
      columnKind: z.enum(["utf16CodeUnits", "unicodeCodePoints"]),
      results: z.array(
        z.strictObject({
          ruleId: z.string(),
          ruleIndex: z.int().min(0),
          level: z.enum(["none", "note", "warning", "error"]),
          message,
          locations: z.tuple([
            z.strictObject({
              physicalLocation: z.strictObject({
                artifactLocation: z.strictObject({ uri: z.string().regex(/^[\w%.:/~-]+$/) }),
                region: z.strictObject({ startLine: z.int().min(1), startColumn: z.int().min(1) }),
              }),
              logicalLocations: z.tuple([z.strictObject({ fullyQualifiedName: z.string() })]),
            }),
          ]),
          partialFingerprints: z.record(z.string(), z.string().min(1)),
          properties: z.strictObject({ count: z.int() }).optional(),
        }),
      ),
    }),
  ]),
});

describe("SARIF", () => {
  it("has a result for each finding, at its line of the platform file or at its head", () => {
    const [{ results, tool, invocations }] = SARIF.parse(JSON.parse(sarif(answer(FINDINGS), SHOWN))).runs;
    expect(results.map(({ level }) => level)).toEqual(["error", "note", "warning"]);
    expect(results[0]).toMatchObject({
      ruleId: "unclassified",
      message: { text: "Nobody has said whose public.notes is. Add `public.notes: global` under `tables`." },
    });
    const [first, second] = results.map(({ locations: [{ physicalLocation }] }) => physicalLocation);
    expect(first).toEqual({
      artifactLocation: { uri: "deploy/platform%20file.yaml" },
      region: { startLine: 7, startColumn: 3 },
    });
    expect(second?.region).toEqual({ startLine: 1, startColumn: 1 });
    for (const { ruleId, ruleIndex } of results) expect(tool.driver.rules[ruleIndex]?.id).toBe(ruleId);
    expect(invocations).toEqual([{ executionSuccessful: true, exitCode: 1 }]);
  });

  it("says when the command could not answer, and names a file elsewhere by its whole address", () => {
    const document = sarif(answer(FINDINGS, EXIT.usage), { ...SHOWN, path: "/elsewhere/p.yaml" });
    const [run] = SARIF.parse(JSON.parse(document)).runs;
    expect(run.invocations[0].executionSuccessful).toBe(false);
    expect(run.results[0]?.locations[0].physicalLocation.artifactLocation.uri).toBe(
      "file:///elsewhere/p.yaml",
    );
  });
});

describe("JUnit", () => {
  it("fails a test for what blocks, and passes one for what warns", () => {
    const suites = parseXml(junit(answer(FINDINGS), SHOWN));
    expect(suites.attributes).toMatchObject({ tests: "3", failures: "1", errors: "0" });
    const [blocked, noted, warned] = suites.children[0]!.children;
    expect(blocked?.attributes).toEqual({ classname: "tenantry.check.unclassified", name: "public.notes" });
    expect(blocked?.children[0]).toMatchObject({
      name: "failure",
      attributes: { type: "unclassified", message: "Nobody has said whose public.notes is." },
      text: expect.stringContaining(
        "Add `public.notes: global` under `tables`. (deploy/platform file.yaml:7)",
      ),
    });
    expect(noted?.children[0]).toMatchObject({ name: "system-out", text: "Note: Not looked at." });
    expect(warned?.children[0]?.text).toBe("Warning: Slow & <wide>.");
  });

  it("has one test that passed where nothing was found, and errors where the command could not answer", () => {
    expect(parseXml(junit(answer([], EXIT.done), SHOWN)).children[0]).toMatchObject({
      attributes: { tests: "1", failures: "0" },
      children: [{ name: "testcase", attributes: { name: "deploy/platform file.yaml" }, children: [] }],
    });
    const broken = parseXml(junit(answer(FINDINGS, EXIT.usage), SHOWN));
    expect(broken.attributes).toMatchObject({ failures: "0", errors: "1" });
    expect(broken.children[0]?.children[0]?.children[0]?.name).toBe("error");
  });
});

const anything = fc.string({
  unit: fc.oneof(
    fc.string({ unit: "binary", maxLength: 1 }),
    fc.constantFrom("<", "&", '"', "\n", "]]>", "\u0000", "\ud800"),
  ),
});
const anyFinding: fc.Arbitrary<Finding> = fc.record(
  {
    code: fc.constantFrom("unclassified", "index-missing"),
    severity: fc.constantFrom("blocks", "warns", "notes"),
    where: anything,
    what: anything.map((text) => `a ${text}`),
    todo: anything,
  },
  { requiredKeys: ["code", "severity", "where", "what"] },
);

test("whatever a finding says, both are well-formed and hold every finding", () => {
  fc.assert(
    fc.property(fc.array(anyFinding, { minLength: 1, maxLength: 5 }), (findings) => {
      expect(parseXml(junit(answer(findings), SHOWN)).children[0]?.children).toHaveLength(findings.length);
      const [run] = SARIF.parse(JSON.parse(sarif(answer(findings), SHOWN))).runs;
      expect(run.results).toHaveLength(findings.length);
    }),
  );
});
