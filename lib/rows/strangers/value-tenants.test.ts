/** Tenants that are nothing but a value in columns: wherever the value stands, it is the tenant's. */
import { expect, it, vi } from "vitest";
import { owned, roundOf } from "../testing/stranger.ts";

/** Several exports and imports a case. */
vi.setConfig({ testTimeout: 120_000 });

it.each([
  ["text", "acme", "other", "resident", "copy"],
  ["integer", "7", "8", "9", "70"],
  [
    "uuid",
    "0f8fad5b-d9cb-469f-a165-70867728950e",
    "7c9e6679-7425-40de-944b-e07fc1f90ae7",
    "3f2504e0-4f89-41d3-9a0c-0305e82c3301",
    "11111111-2222-4333-8444-555555555555",
  ],
])(
  "%s, as a primary key of its own, within composite keys, and within foreign keys to those",
  async (type, acme, other, there, copy) => {
    const becomes = { tenant: { source: `'${copy}'`, imported: "t.tenant" } };
    const both = `('${acme}'), ('${other}')`;
    const { rows } = await roundOf({
      schema: `CREATE TABLE settings (tenant ${type} PRIMARY KEY, theme text);
      CREATE TABLE folders (tenant ${type}, position int, name text, PRIMARY KEY (tenant, position)) PARTITION BY HASH (position);
      CREATE TABLE folders_0 PARTITION OF folders FOR VALUES WITH (MODULUS 1, REMAINDER 0);
      CREATE TABLE files (id bigserial PRIMARY KEY, owner ${type} NOT NULL, folder int NOT NULL, FOREIGN KEY (owner, folder) REFERENCES folders);
      CREATE TABLE links (tenant ${type} NOT NULL, file bigint REFERENCES files, at ${type} NOT NULL, folder int, FOREIGN KEY (at, folder) REFERENCES folders);`,
      rows: `INSERT INTO settings SELECT t::${type}, 'dark' FROM (VALUES ${both}) v(t); INSERT INTO folders SELECT tenant, n, 'f' FROM settings, generate_series(1, 2) n;
      INSERT INTO files (owner, folder) SELECT tenant, position FROM folders; INSERT INTO links SELECT owner, id, owner, folder FROM files; INSERT INTO links (tenant, at) SELECT tenant, tenant FROM settings;`,
      elsewhere: `INSERT INTO settings VALUES ('${there}', 'light'); INSERT INTO folders VALUES ('${there}', 1, 'x');`,
      yaml: "tenant: { key_columns: [tenant] }",
      tenant: acme,
      copy: { newKey: copy },
      tables: [
        owned("settings", "t.tenant::text = $1", [], {}, becomes),
        owned("folders", "t.tenant::text = $1", [], {}, becomes),
        owned(
          "files",
          "t.owner::text = $1",
          ["id"],
          {},
          { owner: { source: `'${copy}'`, imported: "t.owner" } },
        ),
        owned(
          "links",
          "t.tenant::text = $1",
          [],
          { file: "files(id)" },
          { ...becomes, at: { source: `'${copy}'`, imported: "t.at" } },
        ),
      ],
    });
    expect(rows).toBe(1 + 2 + 2 + 3);
  },
);
