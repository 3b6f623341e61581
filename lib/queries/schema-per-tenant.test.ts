/** A platform that gives each tenant a schema of its own, as the console's pages see it. */
import { eq } from "drizzle-orm";
import { afterAll, beforeAll, expect, it } from "vitest";
import { takeCensus } from "../operations/census/census.ts";
import { previewPlatformFile } from "../operations/registration/preview-file.ts";
import { createWorldOf, type TestWorld } from "../operations/testing/world.ts";
import { tenants } from "../records/schema/tenants.ts";
import { createTestDatabase } from "../testing/database.ts";
import { readModel } from "./model.ts";
import { readModelGraph } from "./model-graph.ts";
import { readReferenceCards } from "./reference-cards.ts";

const FILE = `platform: schemas
tenant: { table: public.tenants, slug: slug }
placement: schema
schema: "app_{slug}"
`;
const ORDERS = '"app_{slug}".orders';
/** @param orders how many there are, for one table that the server has statistics of and one that it has not */
const tenant = (slug: string, orders: number) => `
  CREATE SCHEMA app_${slug}; SET search_path TO app_${slug};
  CREATE TABLE customers (id uuid PRIMARY KEY DEFAULT gen_random_uuid(), name text);
  CREATE TABLE orders (id bigserial PRIMARY KEY, customer uuid NOT NULL REFERENCES customers, other_customer_id uuid);
  CREATE INDEX ON orders (customer);
  INSERT INTO customers (name) VALUES ('Ann'), ('Ben');
  INSERT INTO orders (customer, other_customer_id) SELECT c.id, d.id FROM customers c, customers d, generate_series(1, ${orders}) WHERE c.name = 'Ann' AND d.name = 'Ben';
  ANALYZE customers; RESET search_path;
  INSERT INTO public.tenants (slug) VALUES ('${slug}');`;

let world: TestWorld;
beforeAll(async () => {
  const databases = await Promise.all([createTestDatabase("empty"), createTestDatabase("empty")]);
  for (const [at, database] of databases.entries()) {
    const client = await database.connect();
    await client.query(
      `CREATE TABLE tenants (id uuid PRIMARY KEY DEFAULT gen_random_uuid(), slug text NOT NULL UNIQUE); ${tenant(`acme${at}`, 3)} ${tenant(`other${at}`, 5)}`,
    );
  }
  world = await createWorldOf(FILE, ...databases);
}, 120_000);
afterAll(() => world.close());

it("its model is the first tenant's, with tables as the platform file writes them, on every page", async () => {
  const viewer = await world.actor("viewer");
  const model = (await readModel(world.console, viewer, "schemas", "eu-1", ORDERS))!;
  expect(model.refused).toEqual([]);
  expect(model.tables.map(({ id }) => id)).toEqual(['"app_{slug}".customers', ORDERS, "public.tenants"]);
  expect(model.detail?.columns.map(({ name }) => name)).toEqual(["id", "customer", "other_customer_id"]);
  const graph = (await readModelGraph(world.console, viewer, "schemas", "eu-1"))!;
  expect(graph.edges).toContainEqual(
    expect.objectContaining({ from: ORDERS, to: '"app_{slug}".customers', declared: true }),
  );
});

it("suspected references are asked about with the first tenant's values", async () => {
  const admin = await world.actor("admin");
  const view = (await readReferenceCards(world.console, admin, "schemas", { database: "eu-1", page: 1 }))!;
  expect(view.cards.map(({ column }) => column)).toEqual([`${ORDERS}.other_customer_id`]);
  expect(view.cards[0]).toMatchObject({
    evidence: { sampled: 1, targets: [{ to: '"app_{slug}".customers.id', hits: 1 }] },
    choices: [
      { label: 'It is a reference to "app_{slug}".customers.id' },
      { label: "It is no reference", edit: { from: `${ORDERS}.other_customer_id` } },
    ],
  });
});

it("a changed file is tried on it, and says whose rows a table's are", async () => {
  const answer = await previewPlatformFile(world.console, await world.actor("admin"), {
    platformId: world.platformId,
    text: `${FILE}tables: { '${ORDERS}': excluded }\n`,
  });
  if (!answer.ok) throw new Error(JSON.stringify(answer.findings));
  expect(answer.preview.unasked).toEqual([]);
  expect(answer.preview.databases[0]!.rows).toMatchObject([
    { table: ORDERS, before: { kind: "one tenant's" } },
  ]);
});

it("a census counts each tenant's tables where they lie", async () => {
  expect(await takeCensus(world.console, world.euId)).toEqual({ tenants: 2, gone: 0 });
  const rows = await world.console.records.select().from(tenants).where(eq(tenants.databaseId, world.euId));
  const found = new Map(rows.map((row) => [row.slug, row]));
  for (const [slug, orders] of [
    ["acme0", 3],
    ["other0", 5],
  ] as const) {
    const { tables, rows, bytes } = found.get(slug)!;
    expect(new Map(tables?.map((size) => [size.table, size.rows]))).toEqual(
      new Map([
        ["public.tenants", 1],
        ['"app_{slug}".customers', 2],
        [ORDERS, orders],
      ]),
    );
    expect(rows).toBe(3 + orders);
    expect(bytes).toBeGreaterThan(0);
  }
});
