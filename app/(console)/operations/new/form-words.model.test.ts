import { expect, test } from "vitest";
import type { Finding } from "../../../../lib/findings/finding.ts";
import { questionField } from "../../../../lib/operations/delete/question-fields.ts";
import { inFormWords } from "./form-words.model.ts";
import { fieldError, inputOf } from "./input.model.ts";

const taken: Finding = {
  code: "slug-taken",
  severity: "blocks",
  where: "public.organizations.slug",
  what: "Another tenant of this database has this slug.",
  todo: "Name another one with --new-slug.",
};
const closed: Finding = {
  code: "gate-closed",
  severity: "blocks",
  where: "names-free",
  what: "This does not hold: names are free.",
};

test("what there is to do is told in the form's words, in findings and in gates", () => {
  const { findings, gates } = inFormWords({
    findings: [taken],
    gates: [{ code: "g", title: "G", holds: false, detail: `${taken.what} ${taken.todo}` }],
  });
  expect(findings[0]!.todo).toBe("Fill in a new slug.");
  expect(gates[0]!.detail).toBe("Another tenant of this database has this slug. Fill in a new slug.");
});

test("a closed gate is not told beside the finding that closes it, and is told where nothing else says so", () => {
  expect(inFormWords({ findings: [taken, closed], gates: [] }).findings.map(({ code }) => code)).toEqual([
    "slug-taken",
  ]);
  expect(inFormWords({ findings: [closed], gates: [] }).findings).toEqual([closed]);
});

test("a finding stands beside its field, also where it names a column of the platform", () => {
  expect(fieldError([taken], "newSlug")).toBe(taken.what);
  expect(fieldError([taken], "slug")).toBe(taken.what);
  expect(fieldError([taken], "reason")).toBeUndefined();
  expect(fieldError([{ ...taken, severity: "warns" }], "slug")).toBeUndefined();
  const domain = { ...taken, code: "input-invalid", where: "newDomains.shop.example.org" };
  expect(fieldError([domain], "domain:shop.example.org")).toBe(taken.what);
});

test("a form's fields become the input that the operation's own schema reads, and nothing more", () => {
  const values = {
    kind: "import",
    bundleId: "b",
    ids: "fresh",
    newSlug: "",
    "domain:a.example": "b.example",
  };
  expect(inputOf("import", values)).toEqual({
    bundleId: "b",
    ids: "fresh",
    newSlug: "",
    newDomains: { "a.example": "b.example" },
  });
  expect(inputOf("export", { tenantKey: "7", reason: "why" })).toEqual({ tenantKey: "7" });
  const answers = {
    [questionField({ kind: "pointer", about: "public.a (b)" })]: "null",
    [questionField({ kind: "trigger", about: "public.a (t)" })]: "nothing",
    phrase: "delete a",
  };
  expect(inputOf("delete", { tenantKey: "7", bundleId: "b", ...answers })).toEqual({
    tenantKey: "7",
    bundleId: "b",
    pointers: { "public.a (b)": "null" },
    triggers: { "public.a (t)": "nothing" },
  });
  expect(inputOf("move", values)).toBeNull();
  expect(inputOf("toString", values)).toBeNull();
});
