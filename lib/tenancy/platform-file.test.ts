import { describe, expect, test } from "vitest";
import { readPlatformFile } from "./platform-file.ts";

const smallest = "platform: harbor\ntenant: { table: public.organizations }\n";

const documented = `
platform: harbor
tenant:
  table: public.organizations
  key: id
  key_columns: [organization_id]
  slug: slug
  name: name
  domains: public.domains.hostname
  state: { column: status, active: active, suspended: suspended }
sub_keys:
  - { table: public.projects, key: id, columns: [project_id] }
placement: shared
tables:
  public.countries: global
  public.sessions: excluded
  public.price_list: { null_key: shared }
  public.document_data: { owned_through: public.documents.data_id }
  public.runs: { path: [project_id, organization_id] }
common:
  public.users: { match: [email], create: [email, name] }
  public.plans: { match: [code] }
columns:
  public.api_keys.key_hash: hashed
  public.connectors.config: { $.clientSecret: secret, "$['odd key'].token": secret }
  public.invites.token: { class: secret, on_import: regenerate }
  public.invoices.id: { generated: "inv_{base62:16}" }
references:
  - { from: public.audit_events.subject_id, when: { subject_type: invoice, version: 2 }, to: public.invoices.id }
  - { from: public.settings.data, path: $.defaultProjectId, to: public.projects.id }
  - { from: public.documents.viewer_ids, each: true, to: public.users.id }
  - { from: public.secrets.key, pattern: "env:{public.projects.id}:{public.environments.id}:*" }
  - { from: public.events.request_id, to: none }
ledger: sqlx
migrations: { command: "npm run migrate", cwd: .. }
triggers: on
`;

describe("a platform file", () => {
  test("with everything that is documented is read without a finding", () => {
    const { file, findings } = readPlatformFile(documented, "platform.yaml");
    expect(findings).toEqual([]);
    expect(file?.tables).toEqual({
      "public.countries": { class: "global", nullKey: null, ownedThrough: null, path: null },
      "public.sessions": { class: "excluded", nullKey: null, ownedThrough: null, path: null },
      "public.price_list": { class: null, nullKey: "shared", ownedThrough: null, path: null },
      "public.document_data": {
        class: null,
        nullKey: null,
        ownedThrough: "public.documents.data_id",
        path: null,
      },
      "public.runs": {
        class: null,
        nullKey: null,
        ownedThrough: null,
        path: ["project_id", "organization_id"],
      },
    });
    expect(file?.columns).toEqual({
      "public.api_keys.key_hash": { class: "hashed", onImport: null, generated: null, secretPaths: [] },
      "public.connectors.config": {
        class: null,
        onImport: null,
        generated: null,
        secretPaths: ["$.clientSecret", "$['odd key'].token"],
      },
      "public.invites.token": { class: "secret", onImport: "regenerate", generated: null, secretPaths: [] },
      "public.invoices.id": { class: null, onImport: null, generated: "inv_{base62:16}", secretPaths: [] },
    });
    expect(file?.common["public.plans"]).toEqual({ match: ["code"], create: [] });
    expect(file?.references[0]?.when).toEqual({ subject_type: "invoice", version: "2" });
    expect(file?.triggers).toBe("on");
  });

  test("that says nearly nothing gets the defaults", () => {
    const { file, findings } = readPlatformFile(smallest, "platform.yaml");
    expect(findings).toEqual([]);
    expect(file).toMatchObject({
      placement: "shared",
      triggers: "off",
      tables: {},
      references: [],
      sub_keys: [],
    });
  });

  test("with broken YAML is refused with line and column", () => {
    const { file, findings } = readPlatformFile("platform: harbor\ntenant: { table: [\n", "p.yaml");
    expect(file).toBeNull();
    expect(findings[0]).toMatchObject({ code: "platform-file-syntax", severity: "blocks" });
    expect(findings[0]?.where).toMatch(/^p\.yaml:\d+:\d+$/);
  });

  test("that says a key twice is refused at the second one", () => {
    const { findings } = readPlatformFile(`${smallest}platform: again\n`, "p.yaml");
    expect(findings[0]).toMatchObject({ code: "platform-file-syntax", where: "p.yaml:3:1" });
  });

  test("that names an alias a million times is refused, not expanded", () => {
    const levels = Array.from(
      { length: 12 },
      (_, i) => `l${i}: &l${i} [${`*l${i - 1},`.repeat(i === 0 ? 0 : 9)}x]`,
    );
    const { file, findings } = readPlatformFile(`${levels.join("\n")}\n`, "p.yaml");
    expect(file).toBeNull();
    expect(findings[0]).toMatchObject({ code: "platform-file-syntax" });
  });

  test.each(['platform: "\\ud800"\ntenant: {}\n', "platform: a\ntenant: &t { state: *t }\n"])(
    "that no text can say, or that holds itself, is refused: %j",
    (text) => {
      const { file, findings } = readPlatformFile(text, "p.yaml");
      expect(file).toBeNull();
      expect(findings[0]).toMatchObject({ code: "platform-file-syntax", severity: "blocks" });
    },
  );

  test.each(["", "# nothing\n", "- a list\n", "just text"])("that is no mapping (%j) is refused", (text) => {
    const { file, findings } = readPlatformFile(text, "p.yaml");
    expect(file).toBeNull();
    expect(findings[0]).toMatchObject({ code: "platform-file-invalid", severity: "blocks" });
  });
});

describe("an unknown key", () => {
  test.each([
    [`${smallest}refrences: []\n`, "p.yaml:3:1", "references"],
    ["platform: a\ntenant:\n  table: t\n  slgu: slug\n", "p.yaml:4:3", "slug"],
    [`${smallest}tables:\n  public.a: { nul_key: shared }\n`, "p.yaml:4:15", "null_key"],
    [`${smallest}columns:\n  public.a.b: { class: secret, onimport: list }\n`, "p.yaml:4:32", "on_import"],
    [`${smallest}references:\n  - { from: a.b.c, two: a.b.d, to: a.b.c }\n`, "p.yaml:4:20", "to"],
    [
      `${smallest}sub_keys:\n  - { table: a, key: id, column: [x], columns: [y] }\n`,
      "p.yaml:4:26",
      "columns",
    ],
  ])("blocks, says where it stands and what is near: %s", (text, where, nearest) => {
    const { file, findings } = readPlatformFile(text, "p.yaml");
    expect(findings).toHaveLength(1);
    expect(findings[0]).toMatchObject({ code: "unknown-key", severity: "blocks", where });
    expect(findings[0]?.todo).toContain(`"${nearest}"`);
    expect(file).not.toBeNull();
  });

  test("with nothing near it lists what is known there", () => {
    const { findings } = readPlatformFile(`${smallest}tables:\n  public.a: { zzzzzzzz: 1 }\n`, "p.yaml");
    expect(findings[0]?.todo).toBe("Known here: null_key, owned_through, path.");
  });
});

describe("a value that does not fit", () => {
  test.each([
    ["tables:\n  public.a: globl\n", "tables.public.a"],
    ["tables:\n  public.a: { path: [] }\n", "tables.public.a.path"],
    ["tables:\n  public.a: { path: [x], owned_through: public.b.c }\n", "one of them decides"],
    ["columns:\n  public.a.b: secrt\n", "columns.public.a.b"],
    ["columns:\n  public.a.b: { class: plain, on_import: list }\n", "on_import"],
    ["columns:\n  public.a.b: { generated: guid }\n", "no generator"],
    ['columns:\n  public.a.b: { "$.x[*].y": secret }\n', "no path of keys"],
    ["columns:\n  public.a.b: { $.x: hashed }\n", "a path is secret or encrypted"],
    ["columns:\n  public.a.b: { class: secret, encrypted: true }\n", "before anybody could read it"],
    ['references:\n  - { from: public.a.b, each: true, pattern: "{public.c.d}/*" }\n', "needs no *"],
    ["references:\n  - { from: public.a.b }\n", "needs `to`"],
    ["references:\n  - { from: public.a.b, to: public.c.d, path: $.x, each: true }\n", "takes one of them"],
    ["references:\n  - { from: public.a.b, to: public.c.d, path: x.y }\n", "no path"],
    ["triggers: sometimes\n", "triggers"],
    ["migrations: { cwd: here }\n", "migrations"],
  ])("is refused with its place: %s", (text, says) => {
    const { file, findings } = readPlatformFile(smallest + text, "p.yaml");
    expect(file).toBeNull();
    expect(findings).not.toEqual([]);
    for (const finding of findings) {
      expect(finding).toMatchObject({ code: "platform-file-invalid", severity: "blocks" });
      expect(finding.where).toMatch(/^p\.yaml:[34]:\d+$/);
    }
    expect(findings.map(({ what }) => what).join("\n")).toContain(says);
  });
});
