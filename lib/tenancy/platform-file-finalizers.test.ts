import { expect, it } from "vitest";
import { readPlatformFile } from "./platform-file.ts";

const file = (finalizers: string) =>
  readPlatformFile(`platform: p\ntenant: { table: orgs }\n${finalizers}`, "p.yaml");

it("reads what a person confirms, and what a webhook of the settings is called for", () => {
  const { file: read, findings } = file(`finalizers:
  - { name: objects, kind: manual, description: Files in the bucket. }
  - { name: search, kind: webhook, description: Documents. }
  - { name: queue, kind: webhook, webhook: eraser, description: Jobs. }
`);
  expect(findings).toEqual([]);
  expect(read!.finalizers).toEqual([
    { name: "objects", kind: "manual", description: "Files in the bucket." },
    { name: "search", kind: "webhook", webhook: "search", description: "Documents." },
    { name: "queue", kind: "webhook", webhook: "eraser", description: "Jobs." },
  ]);
  expect(file("").file!.finalizers).toEqual([]);
});

it.each([
  [
    "two of one name",
    "[{ name: a, kind: manual, description: x }, { name: a, kind: manual, description: y }]",
  ],
  ["a webhook for a person", "[{ name: a, kind: manual, webhook: w, description: x }]"],
  ["a kind that there is none of", "[{ name: a, kind: cron, description: x }]"],
  ["nothing said", "[{ name: a, kind: manual, description: '' }]"],
  ["a name that is no name", "[{ name: 'A b', kind: manual, description: x }]"],
])("refuses %s with the line it stands in", (_what, finalizers) => {
  const { findings } = file(`finalizers: ${finalizers}\n`);
  expect(findings[0]).toMatchObject({ code: "platform-file-invalid", severity: "blocks" });
  expect(findings[0]!.where).toMatch(/^p\.yaml:3:/);
});

it("names the key that was meant", () => {
  const { findings } = file("finalizers: [{ name: a, kind: manual, descripton: x, description: y }]\n");
  expect(findings[0]).toMatchObject({ code: "unknown-key", todo: 'Did you mean "description"?' });
});
