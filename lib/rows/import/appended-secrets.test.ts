import { afterAll, beforeAll, expect, it } from "vitest";
import { ORGS, type TinyPlatform, tinyPlatform } from "../testing/tiny-platform.ts";

const columns = {
  word: "text NOT NULL",
  short: "varchar(6) NOT NULL",
  fixed: "char(60) NOT NULL",
  id2: "uuid NOT NULL",
  bytes: "bytea NOT NULL",
  doc: "json NOT NULL",
  docb: "jsonb NOT NULL",
  mail: "ext.citext NOT NULL",
  code: "ext.code NOT NULL",
  pin6: "ext.pin_of_code NOT NULL",
};
const names = Object.keys(columns);
let platform: TinyPlatform;

beforeAll(async () => {
  const made = names.map((name) => `r_${name} ${columns[name as keyof typeof columns]}`);
  const blank = names
    .filter((name) => name !== "id2")
    .map((name) => `b_${name} ${columns[name as keyof typeof columns]}`);
  const lines = [
    ...names.map((name) => `public.keys.r_${name}: { class: secret, on_import: regenerate }`),
    ...names
      .filter((name) => name !== "id2")
      .map((name) => `public.keys.b_${name}: { class: secret, on_import: blank }`),
    "public.keys.b_list: { class: secret, on_import: blank }",
    "public.keys.b_number: { class: secret, on_import: blank }",
    "public.keys.listed: { class: secret, on_import: list }",
  ];
  platform = await tinyPlatform(
    `CREATE SCHEMA ext; CREATE EXTENSION citext SCHEMA ext;
     CREATE DOMAIN ext.code AS char(50); CREATE DOMAIN ext.pin AS varchar(6); CREATE DOMAIN ext.pin_of_code AS ext.pin;
     ${ORGS}
     CREATE TABLE keys (id uuid PRIMARY KEY DEFAULT gen_random_uuid(), org_id uuid NOT NULL REFERENCES orgs,
       ${[...made, ...blank].join(", ")}, b_list text[] NOT NULL, b_number int, listed text DEFAULT 'unset', pin int NOT NULL)`,
    `columns:\n  ${lines.join("\n  ")}`,
  );
  const sample: Record<string, string> = { id2: "gen_random_uuid()", doc: `'{"a":1}'`, docb: `'{"a":1}'` };
  const secrets = [
    ...names.map((name) => `r_${name}`),
    ...names.filter((name) => name !== "id2").map((name) => `b_${name}`),
  ];
  await platform.source.query(`INSERT INTO orgs (slug) VALUES ('acme');
    INSERT INTO keys (org_id, ${secrets.join(", ")}, b_list, b_number, listed, pin)
    SELECT id, ${secrets.map((name) => sample[name.slice(2)] ?? "'known'").join(", ")}, '{known}', 1, 'known', n
      FROM orgs, generate_series(1, 2) n`);
});
afterAll(() => platform.drop());

it("secrets are made anew or blank for every type that knows how, and proved like any other value", async () => {
  await platform.export("acme");
  const { findings } = await platform.import();
  const { rows } = await platform.target.query("SELECT * FROM keys ORDER BY pin");
  expect(rows).toHaveLength(2);
  for (const name of names) expect(String(rows[0][`r_${name}`])).not.toEqual(String(rows[1][`r_${name}`]));
  expect(JSON.stringify(rows)).not.toContain("known");
  expect(rows[0]).toMatchObject({
    b_word: "",
    b_short: "",
    b_fixed: " ".repeat(60),
    b_doc: {},
    b_docb: {},
    b_mail: "",
    b_code: " ".repeat(50),
    b_pin6: "",
    b_list: [],
    b_number: null,
    listed: "unset",
  });
  expect(rows[0].b_bytes).toHaveLength(0);
  expect(rows[0].r_bytes).toHaveLength(32);
  expect(rows[0].r_short).toHaveLength(6);
  expect(rows[0].r_code).toMatch(/^\S{43} {7}$/);
  expect(rows[0].r_pin6).toHaveLength(6);
  const toSet = findings.filter(({ code }) => code === "secret-must-be-set").map(({ where }) => where);
  expect(toSet).toEqual(["public.keys.b_number", "public.keys.listed"]);
});

it("a secret that no type's value can stand for, in a column without NULL, is refused beforehand", async () => {
  for (const client of [platform.source, platform.target])
    await client.query("UPDATE keys SET b_number = 1; ALTER TABLE keys ALTER b_number SET NOT NULL");
  await platform.export("acme");
  expect(await platform.refused({ newSlug: "again" })).toEqual(["secret-needs-value"]);
});
