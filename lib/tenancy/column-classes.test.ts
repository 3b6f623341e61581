import { describe, expect, test } from "vitest";
import { deriveModel } from "./derive-model.ts";
import { catalogOf, organizations, platformOf, type TableBuilder, table } from "./testing/catalog-builder.ts";

const owned = () =>
  table("a").column("id", "uuid").to("organization_id", "uuid", "organizations.id").primary("id");

function derive(own: TableBuilder, yaml = "") {
  const model = deriveModel(catalogOf(organizations(), own), platformOf(yaml));
  const codes = model.findings.filter(({ severity }) => severity === "blocks").map(({ code }) => code);
  return { columns: model.tables.get("public.a")!.columns, codes, findings: model.findings };
}

describe("a column that is called like a secret", () => {
  test.each([
    "token",
    "client_secret",
    "passwordHash",
    "PRIVATE_KEY",
    "api_key",
    "apiKey",
    "credentials",
    "passwd",
  ])("blocks until somebody answers: %s", (name) => {
    const { codes, findings } = derive(owned().column(name, "text"));
    expect(codes).toEqual(["unclassified-secret"]);
    expect(findings[0]?.todo).toMatch(/: secret`, `hashed` or `plain`/);
  });

  test.each([
    ["token_count", "int4"],
    ["password_changed_at", "timestamptz"],
    ["has_password", "bool"],
    ["sort_key", "text"],
    ["foreign_key", "text"],
    ["monkey", "text"],
  ])("is none where type or name cannot be meant: %s %s", (name, type) => {
    expect(derive(owned().column(name, type)).codes).toEqual([]);
  });

  test.each(["plain", "hashed", "personal"])("is answered by %s", (word) => {
    const { codes, columns } = derive(
      owned().column("token", "text"),
      `columns: { public.a.token: ${word} }`,
    );
    expect(codes).toEqual([]);
    expect(columns.find(({ name }) => name === "token")?.class).toBe(word);
  });

  test("is asked about in common tables too, and not in those that never leave", () => {
    const users = () => table("a").column("email", "text").column("token", "text?").primary("email");
    expect(derive(users(), "common: { public.a: { match: [email] } }").codes).toEqual([
      "unclassified-secret",
    ]);
    expect(derive(users(), "tables: { public.a: global }").codes).toEqual([]);
  });
});

describe("a secret", () => {
  const secret = (more: string) => `columns: { public.a.token: { class: secret${more} } }`;

  test.each([
    ["text", "", ["secret-needs-on-import"]],
    ["text", ", on_import: list", ["secret-needs-on-import"]],
    ["text", ", on_import: regenerate", []],
    ["text", ", on_import: blank", []],
    ["text?", "", []],
  ])("of type %s%s: %j", (type, more, expected) => {
    expect(derive(owned().column("token", type), secret(more)).codes).toEqual(expected);
  });

  test("that is unique cannot be blank in every row", () => {
    const own = owned().column("token", "text").unique("token");
    expect(derive(own, secret(", on_import: blank")).codes).toEqual(["blank-secret-not-unique"]);
  });

  test("is listed after an import unless the file says otherwise", () => {
    const { columns } = derive(owned().column("token", "text?"), secret(""));
    expect(columns.find(({ name }) => name === "token")).toMatchObject({ class: "secret", onImport: "list" });
  });

  test("cannot be what a row is identified by", () => {
    expect(
      derive(owned(), "columns: { public.a.id: { class: secret, on_import: regenerate } }").codes,
    ).toContain("secret-in-key");
  });

  test("inside json is dropped by its path, and only there", () => {
    const yaml = "columns: { public.a.config: { $.clientSecret: secret } }";
    const { columns, codes } = derive(owned().column("config", "jsonb"), yaml);
    expect(codes).toEqual([]);
    expect(columns.find(({ name }) => name === "config")).toMatchObject({
      class: "plain",
      secretPaths: ["$.clientSecret"],
    });
    expect(derive(owned().column("config", "text"), yaml).codes).toEqual(["secret-path-without-json"]);
  });
});

test("a generated column is computed and never asked about", () => {
  const { columns, codes } = derive(owned().column("token", "text", { generated: "stored" }));
  expect(codes).toEqual([]);
  expect(columns.find(({ name }) => name === "token")?.computed).toBe(true);
});

test("an unknown column under columns blocks with the nearest name", () => {
  const model = deriveModel(
    catalogOf(organizations(), owned().column("token", "text?")),
    platformOf("columns: { public.a.tokn: secret }"),
  );
  expect(model.findings[0]).toMatchObject({
    code: "unknown-column",
    severity: "blocks",
    where: "public.a.tokn",
  });
  expect(model.findings[0]?.todo).toBe("Did you mean public.a.token?");
});
