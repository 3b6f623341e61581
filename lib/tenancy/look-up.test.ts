import { expect, test } from "vitest";
import { deriveModel } from "./derive-model.ts";
import { catalogOf, organizations, platformOf } from "./testing/catalog-builder.ts";
import { owned } from "./testing/derive.ts";

test("a partition that is named is answered with the table that decides", () => {
  const catalog = catalogOf(
    organizations(),
    owned("events").with({ kind: "partitioned" }),
    owned("events_1").with({ kind: "partition", partitionOf: "public.events" }),
    owned("events_1_a").with({ kind: "partition", partitionOf: "public.events_1" }),
  );
  const model = deriveModel(catalog, platformOf("tables: { public.events_1_a: global }"));
  expect(model.findings).toMatchObject([{ code: "partition-named", todo: "Name public.events instead." }]);
});

test.each(["organizations", "app.organizations", "public.organization", '"public"."Organizations"'])(
  "a table that is not there is answered with the nearest: %s",
  (name) => {
    const model = deriveModel(catalogOf(organizations()), platformOf(`tables: { '${name}': global }`));
    expect(model.findings).toMatchObject([{ code: "unknown-table", severity: "blocks", where: name }]);
    expect(model.findings[0]?.todo).toBe("Did you mean public.organizations?");
  },
);
