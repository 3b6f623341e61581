import { describe, expect, test } from "vitest";
import { placeholders } from "./resolve-references.ts";
import { catalogOf, organizations } from "./testing/catalog-builder.ts";
import { derive, owned } from "./testing/derive.ts";

const catalog = () =>
  catalogOf(
    organizations(),
    owned("projects"),
    owned("invoices"),
    owned("events")
      .column("subject_type", "text")
      .column("subject_id", "text")
      .column("data", "jsonb")
      .column("viewer_ids", "uuid[]")
      .column("key", "text")
      .column("request_id", "uuid?"),
  );

describe("a line under references", () => {
  test.each([
    ["{ from: public.event.request_id, to: public.projects.id }", "unknown-table"],
    ["{ from: public.events.requestid, to: public.projects.id }", "unknown-column"],
    ["{ from: public.events.request_id, to: public.projects.uid }", "unknown-column"],
    ["{ from: public.events.request_id, when: { kind: x }, to: public.projects.id }", "unknown-column"],
    ["{ from: events.request_id, to: none }", "unknown-column"],
    ["{ from: public.events.key, path: $.x, to: public.projects.id }", "reference-does-not-fit"],
    ["{ from: public.events.key, each: true, to: public.projects.id }", "reference-does-not-fit"],
    ["{ from: public.events.viewer_ids, to: public.projects.id }", "reference-does-not-fit"],
    ["{ from: public.events.data, to: public.projects.id }", "reference-does-not-fit"],
    ["{ from: public.events.key, pattern: 'plain/*' }", "reference-does-not-fit"],
    ["{ from: public.events.key, to: public.events.subject_type }", "reference-target-not-unique"],
  ])("that cannot hold blocks: %s", (line, code) => {
    const found = derive(catalog(), `references: [${line}]`).findings.find(
      (finding) => finding.code === code,
    );
    expect(found).toMatchObject({ severity: "blocks" });
    expect(found?.todo).toBeTruthy();
  });
});

test.each([
  ["env:{public.projects.id}:{public.environments.id}:*", ["public.projects.id", "public.environments.id"]],
  ['orgs/{ public."Odd Name".id }/*', ['public."Odd Name".id']],
  ["plain/*", []],
  ['k:{"app_{slug}"."a*""b".id}:{public.t.id}', ['"app_{slug}"."a*""b".id', "public.t.id"]],
  ['"modelId": "{public.users.id}"', ["public.users.id"]],
])("the placeholders of %s are found", (pattern, names) => {
  expect(placeholders(pattern)).toEqual(names);
});
