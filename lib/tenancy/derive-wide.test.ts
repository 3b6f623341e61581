import { expect, test } from "vitest";
import { deriveModel } from "./derive-model.ts";
import { catalogOf, organizations, platformOf, table } from "./testing/catalog-builder.ts";

const TABLES = 1_000;

/** Five foreign keys to the root, and a second way to the table below. */
function wide() {
  return Array.from({ length: TABLES }, (_, at) => {
    const level = at % 5;
    const built = table(`t${at}`).column("id", "uuid").column("note_id", "int8?");
    if (level === 0) built.to("organization_id", "uuid", "organizations.id");
    else built.to("up", "uuid", `t${at - 1}.id`);
    if (level === 3) built.to("also", "uuid?", `t${at - 3}.id`);
    return built.primary("id");
  });
}

test("a thousand tables find their way over five foreign keys, each once, parents first", () => {
  const model = deriveModel(catalogOf(organizations(), ...wide()), platformOf());
  expect(model.loadOrder).toHaveLength(TABLES + 1);
  const hops = [...model.tables.values()].slice(1).map(({ path }) => path!.hops.length);
  expect(hops).toEqual(Array.from({ length: TABLES }, (_, at) => at % 5));
  const place = new Map(model.loadOrder.map((id, at) => [id, at]));
  for (const { from, to } of model.references)
    expect(place.get(from.table)!).toBeGreaterThan(place.get(to.table)!);
  expect([...model.tables.values()].filter(({ otherPaths }) => otherPaths.length > 0)).toHaveLength(
    TABLES / 5,
  );
});
