import { describe, expect, it } from "vitest";
import { deriveModel } from "../../tenancy/derive-model.ts";
import {
  catalogOf,
  fileOf,
  organizations,
  platformOf,
  table,
} from "../../tenancy/testing/catalog-builder.ts";
import { manifestFor } from "../testing/manifest-for.ts";
import { planSubstitutions } from "./substitutions.ts";

type Request = Parameters<typeof planSubstitutions>[0];

const catalog = catalogOf(
  organizations().column("status", "text"),
  table("hosts")
    .column("id", "uuid")
    .to("organization_id", "uuid", "organizations.id")
    .column("name", "text")
    .primary("id"),
);
const tenant =
  "tenant: { table: public.organizations, key: id, slug: slug, domains: public.hosts.name, state: { column: status, active: on, suspended: off } }";

function plan(request: Partial<Request>, file = fileOf(`platform: test\n${tenant}`), of = catalog) {
  const model = deriveModel(of, file);
  const manifest = manifestFor(of, model, { domains: ["a.example", "b.example"] });
  const { substitutions, findings } = planSubstitutions({ ids: "fresh", ...request }, manifest, model);
  return [
    substitutions.map(({ table: id, column, values }) => [`${id}.${column}`, values]),
    findings.map(({ code }) => code),
  ];
}

describe("an import changes", () => {
  it("the state always: nobody uses the tenant before somebody resumes it", () => {
    for (const ids of ["fresh", "kept"] as const)
      expect(plan({ ids })).toEqual([[["public.organizations.status", { "*": "off" }]], []]);
  });

  it("slug and domains where they are asked to be others", () => {
    expect(plan({ newSlug: "new", newDomains: new Map([["a.example", "c.example"]]) })).toEqual([
      [
        ["public.organizations.slug", { "*": "new" }],
        ["public.hosts.name", { "a.example": "c.example" }],
        ["public.organizations.status", { "*": "off" }],
      ],
      [],
    ]);
  });

  it("nothing that is not there", () => {
    const bare = fileOf("platform: test\ntenant: { table: public.organizations, key: id }");
    expect(plan({ newSlug: "x", newDomains: new Map([["z.example", "y"]]) }, bare)).toEqual([
      [],
      ["no-slug", "domain-not-in-bundle"],
    ]);
    expect(plan({ newDomains: new Map() }, platformOf())).toEqual([[], []]);
  });

  it("the key only where people chose it", () => {
    expect(plan({ newKey: "k" })[1]).toEqual(["new-key-not-taken"]);
    const chosen = catalogOf(
      table("organizations").column("id", "text").column("slug", "text").primary("id"),
    );
    expect(plan({}, platformOf(), chosen)[1]).toEqual(["new-key-needed"]);
    expect(plan({ newKey: "k" }, platformOf(), chosen)).toEqual([[], []]);
    expect(plan({ newKey: "k", ids: "kept" }, platformOf(), chosen)[1]).toEqual(["new-key-not-taken"]);
    const one = fileOf("platform: test\ntenant: { table: public.organizations, key: id, slug: id }");
    expect(plan({ newSlug: "k" }, one, chosen)).toEqual([[], []]);
    expect(plan({ newSlug: "k", newKey: "other" }, one, chosen)[1]).toEqual(["new-slug-is-key"]);
  });
});
