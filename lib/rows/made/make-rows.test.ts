/** Made rows point at one another wherever the platform file says that ids stand, and in circles. */
import { expect, it } from "vitest";
import { readCatalog } from "../../catalog/read.ts";
import { deriveModel } from "../../tenancy/derive-model.ts";
import { createTestDatabase } from "../../testing/database.ts";
import { parsePlatform } from "../testing/walk.ts";
import { makeRows } from "./make-rows.ts";
import { whoseTables } from "./whose.ts";
import { documentWith, textOf } from "./written-ids.ts";

const DESK = `
  CREATE TABLE topics (id bigserial PRIMARY KEY, tenant text NOT NULL, parent bigint REFERENCES topics,
    first_post uuid, kind text CHECK ((kind IS NULL) = (first_post IS NULL) AND kind <> 's0-made'));
  CREATE TABLE posts (id uuid PRIMARY KEY, tenant text NOT NULL, topic bigint NOT NULL REFERENCES topics,
    above uuid NOT NULL REFERENCES posts, linked bigint[] NOT NULL, place text NOT NULL, short varchar(4) NOT NULL,
    about_type text NOT NULL, about_id text NOT NULL, data jsonb NOT NULL, doc jsonb NOT NULL);
  CREATE TABLE labels (id serial PRIMARY KEY, tenant text NOT NULL);
  ALTER TABLE topics ADD FOREIGN KEY (first_post) REFERENCES posts;`;

const FILE = `platform: desk
tenant: { key_columns: [tenant] }
references:
  - { from: public.topics.kind, to: public.posts.id }
  - { from: public.posts.linked, each: true, to: public.topics.id }
  - { from: public.posts.place, pattern: "topic/{public.topics.id}/*" }
  - { from: public.posts.short, pattern: "much too long/{public.topics.id}" }
  - { from: public.posts.about_id, when: { about_type: topic }, to: public.topics.id }
  - { from: public.posts.about_id, when: { about_type: label }, to: public.labels.id }
  - { from: public.posts.about_id, when: { about_type: post }, to: public.posts.id }
  - { from: public.posts.data, path: "$.seen[*].topic", to: public.topics.id }
  - { from: public.posts.data, path: "$.label", to: public.labels.id }
  - { from: public.posts.doc, each: true, pattern: '"topic": "{public.topics.id}"' }
`;

it("point at rows of their own tenant, each kind in its turn, and at those that were made after them", async () => {
  const database = await createTestDatabase();
  const client = await database.connect();
  await client.query(DESK);
  const catalog = await readCatalog(client);
  const file = parsePlatform(FILE);
  const model = deriveModel(catalog, file);
  const whose = whoseTables(catalog, file, null);
  const request = { catalog, root: null, whose, model, skipped: new Set<string>(), seed: null };
  const { counts, tenant, findings } = await makeRows(client, request);
  expect(findings).toEqual([]);
  expect(tenant).toEqual({ key: "a0-made", slug: null });
  expect(counts.get("public.posts")).toEqual({ a: 3, b: 3, s: 0 });
  const { rows: topics } = await client.query("SELECT * FROM topics WHERE tenant = 'a0-made' ORDER BY id");
  const { rows: posts } = await client.query("SELECT * FROM posts WHERE tenant = 'a0-made' ORDER BY id");
  const { rows: labels } = await client.query("SELECT * FROM labels WHERE tenant = 'a0-made' ORDER BY id");
  expect(topics.map(({ parent, first_post, kind }) => [parent, first_post, kind])).toEqual([
    [null, posts[0].id, posts[0].id],
    [topics[0].id, posts[1].id, posts[1].id],
  ]);
  const [first, second] = posts;
  expect(first).toMatchObject({
    topic: topics[0].id,
    above: first.id,
    linked: [topics[0].id],
    place: `topic/${topics[0].id}/made`,
    data: { seen: [{ topic: Number(topics[0].id) }], label: labels[0].id },
    doc: { topic: topics[0].id },
  });
  expect(second.above).toBe(first.id);
  expect(posts.map(({ about_type }) => about_type).sort()).toEqual(["label", "post", "topic"]);
  expect(first.short.length).toBeLessThanOrEqual(4);
  await database.drop();
});

it("stand where a path leads, beside one another, and in a text of the pattern's form", () => {
  const places = ["$.a.b", "$.a.list[*]", "$['odd key'][*][*].id"].map((path, value) => ({ path, value }));
  expect(JSON.parse(documentWith(places))).toEqual({ a: { b: 0, list: [1] }, "odd key": [[{ id: 2 }]] });
  expect(documentWith([{ path: "$[*]", value: "x" }])).toBe('["x"]');
  const pattern = "env:{public.a.id}:*";
  const text = { baseType: "pg_catalog.text", isArray: false };
  expect(textOf(pattern, () => "7", text)).toBe("env:7:made");
  expect(textOf(pattern, () => null, text)).toBeNull();
  expect(textOf(pattern, () => "7", { ...text, isArray: true })).toBe('{"env:7:made"}');
  expect(textOf(pattern, () => "7", { ...text, baseType: "pg_catalog.jsonb" })).toBe('{"text":"env:7:made"}');
});
