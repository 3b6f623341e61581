import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { readCatalog } from "../../catalog/read.ts";
import type { Finding } from "../../findings/finding.ts";
import { deriveModel } from "../../tenancy/derive-model.ts";
import { ORGS, type TinyPlatform, tinyPlatform } from "../testing/tiny-platform.ts";
import { examineData } from "./examine.ts";

let platform: TinyPlatform;
let findings: readonly Finding[];
beforeAll(async () => {
  platform = await tinyPlatform(
    `${ORGS}
     CREATE TABLE users (id uuid PRIMARY KEY DEFAULT gen_random_uuid(), org_id uuid NOT NULL REFERENCES orgs);
     CREATE TABLE bills (id bigserial PRIMARY KEY, org_id uuid NOT NULL REFERENCES orgs);
     CREATE TABLE files (id bigserial PRIMARY KEY, org_id uuid NOT NULL REFERENCES orgs, place text, note text);
     CREATE TABLE docs (id text PRIMARY KEY, org_id uuid NOT NULL REFERENCES orgs, author text, bill_id bigint, points bigint, size_id bigint, trace_id uuid,
       readers uuid[], data jsonb, body text, parent text, label text, answered uuid);
     CREATE TABLE plans (code text PRIMARY KEY, name text NOT NULL);
     CREATE TABLE terms (id bigserial PRIMARY KEY, org_id uuid NOT NULL REFERENCES orgs, plan text NOT NULL REFERENCES plans, former text);
     CREATE TABLE flags (name text PRIMARY KEY, enabled_for uuid[]);`,
    `
    tables: { public.flags: global }
    common: { public.plans: { match: [code] } }
    columns: { public.docs.id: { generated: nanoid } }
    references: [{ from: public.docs.answered, to: none }]`,
  );
  const client = platform.source;
  await client.query(`INSERT INTO orgs (slug) VALUES ('acme'), ('other'); INSERT INTO users (org_id) SELECT id FROM orgs, generate_series(1, 15);
    INSERT INTO bills (org_id) SELECT id FROM orgs, generate_series(1, 15);
    INSERT INTO files (org_id, place, note) SELECT id, 'orgs/' || id || '/' || n || '.pdf', 'plain ' || n FROM orgs, generate_series(1, 3) n;
    INSERT INTO docs SELECT left(md5('d' || b.id), 21), b.org_id, (SELECT id::text FROM users u WHERE u.org_id = b.org_id LIMIT 1), b.id, b.id, 100000 + b.id, gen_random_uuid(),
      (SELECT array_agg(id) FROM users u WHERE u.org_id = b.org_id), jsonb_build_object('rows', jsonb_build_array(jsonb_build_object('ownerId', (SELECT max(id::text) FROM users u WHERE u.org_id = b.org_id), 'n', b.id))),
      'see @' || (SELECT max(id::text) FROM users u WHERE u.org_id = b.org_id) || ' and ' || b.id, left(md5('d' || (b.id - 1)), 21), 'label ' || b.id, (SELECT id FROM users LIMIT 1) FROM bills b;
    INSERT INTO plans VALUES ('enterprise', 'Enterprise'), ('individual', 'Individual'); INSERT INTO terms (org_id, plan, former) SELECT o.id, code, code FROM orgs o, plans;
    INSERT INTO flags SELECT 'f', array_agg(id) FROM orgs; ANALYZE`);
  const catalog = await readCatalog(client);
  ({ findings } = await examineData(client, catalog, deriveModel(catalog, platform.file), platform.file));
});
afterAll(() => platform.drop());

const suspected = () => findings.filter(({ code }) => code === "suspected-reference");
const todoOf = (where: string) => suspected().find((finding) => finding.where === where)?.todo;

describe("a sample of the values shows", () => {
  it.each([
    ["public.docs.author", "{ from: public.docs.author, to: public.users.id }"],
    ["public.docs.bill_id", "{ from: public.docs.bill_id, to: public.bills.id }"],
    ["public.docs.parent", "{ from: public.docs.parent, to: public.docs.id }"],
    ["public.docs.readers", "{ from: public.docs.readers, each: true, to: public.users.id }"],
    [
      "public.docs.data $.rows[*].ownerId",
      '{ from: public.docs.data, path: "$.rows[*].ownerId", to: public.users.id }',
    ],
    ["public.docs.body", '{ from: public.docs.body, pattern: "see @{public.users.id} *" }'],
    ["public.files.place", '{ from: public.files.place, pattern: "orgs/{public.orgs.id}/*" }'],
    ["public.flags.enabled_for", "{ from: public.flags.enabled_for, each: true, to: public.orgs.id }"],
  ])("what %s holds", (where, line) => {
    expect(todoOf(where)).toContain(line);
  });

  it("how many of how many values are ids, and never one of them", () => {
    const readers = suspected().find(({ where }) => where === "public.docs.readers")!;
    expect(readers.what).toContain("Of 30 sampled values");
    expect(readers.what).toContain("30 of public.users");
    for (const { what, todo } of suspected()) expect(what + todo).not.toMatch(/[0-9a-f]{8}-[0-9a-f]{4}-/);
  });

  it("that an object's path embeds the tenant's key, and what that means for the object", () => {
    expect(suspected().find(({ where }) => where === "public.files.place")?.what).toContain(
      "copied under its new path",
    );
  });

  it("that a name alone misleads: the suspicion stays, as a note", () => {
    expect(suspected().find(({ where }) => where === "public.docs.trace_id")).toMatchObject({
      severity: "notes",
      todo: expect.stringContaining("{ from: public.docs.trace_id, to: none }"),
    });
    expect(suspected().find(({ where }) => where === "public.docs.size_id")?.severity).toBe("notes");
  });
});

it("a word in other letters is no key", () => {
  expect(todoOf("public.terms.former")).toContain("{ from: public.terms.former, to: public.plans.code }");
  expect(todoOf("public.plans.name")).toBeUndefined();
});

it("numbers, labels, and columns that are answered are left alone", () => {
  const left = [
    "public.docs.points",
    "public.docs.label",
    "public.docs.answered",
    "public.files.note",
    "public.docs.org_id",
  ];
  expect(suspected().filter(({ where }) => left.includes(where))).toEqual([]);
});
