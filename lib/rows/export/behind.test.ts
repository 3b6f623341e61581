/** A reading that goes on behind another one gives the rows that that one has not given, and no others. */
import type pg from "pg";
import { beforeAll, expect, it } from "vitest";
import { readCatalog } from "../../catalog/read.ts";
import { copyOut } from "../../postgres/copy-streams.ts";
import { pinSession } from "../../postgres/session.ts";
import { deriveModel } from "../../tenancy/derive-model.ts";
import type { TestDatabase } from "../../testing/database.ts";
import { createRowPlaces, type RowPlace } from "../codec/row-places.ts";
import { tenantKeyLiteral } from "../tenant.ts";
import { bulkyDatabase, bulkyPlatform, ROWS_EACH } from "../testing/bulky-platform.ts";
import { estimateRows } from "./estimate.ts";
import { copyJobs, countUpTo, dataExtents, type Extent, type Job, type Reading } from "./jobs.ts";
import { cutParts } from "./parts.ts";
import type { Slicing } from "./slices.ts";
import { readingOf } from "./slicing.ts";

let home: TestDatabase;
let client: pg.Client;
let extents: ReadonlyMap<string, Extent>;

beforeAll(async () => {
  home = await bulkyDatabase();
  client = await home.connect();
  await client.query("SET synchronize_seqscans = off");
  await pinSession(client);
  const catalog = await readCatalog(client);
  const model = deriveModel(catalog, bulkyPlatform());
  const { rows } = await client.query<{ id: string }>("SELECT id::text FROM public.orgs WHERE slug = 'one'");
  const data = dataExtents(catalog, model, tenantKeyLiteral(model, rows[0]!.id));
  extents = new Map(data.map((extent) => [extent.table.name, extent]));
});

/** The ids of each part. */
async function partsOf(job: Job) {
  const places = job.places === 0 ? null : createRowPlaces(job.places);
  const parts: { ids: number[]; furthest: readonly RowPlace[] | null }[] = [];
  for await (const part of cutParts(copyOut(client, job.sql), job.columns, 500_000, undefined, places)) {
    const lines = part.chunks.join("").split("\n").slice(0, -1);
    parts.push({ ids: lines.map((line) => Number(JSON.parse(line).id)), furthest: part.furthest });
  }
  return parts;
}

async function readBehind(extent: Extent, reading: Reading): Promise<void> {
  const all: number[] = [];
  for (const [slice, job] of copyJobs(extent, reading).entries()) {
    const parts = await partsOf(job);
    expect(parts.length).toBeGreaterThan(2);
    const taken = parts.slice(0, 2 + slice);
    const upTo = new Map(taken.flatMap(({ furthest }) => furthest!).map((place) => [place[0], place]));
    const places = [...upTo.values()];
    const ids = taken.flatMap((part) => part.ids);
    const { rows } = await client.query(countUpTo(extent, reading.slicing, slice, places));
    expect(Number(rows[0].count)).toBe(ids.length);
    const given = new Map<number, readonly RowPlace[] | "all">(
      Array.from({ length: reading.slicing.slices }, (_, other) => [other, other === slice ? places : "all"]),
    );
    const [behind, ...others] = copyJobs(extent, { ...reading, given });
    expect(others).toEqual([]);
    expect(behind!.slice).toBe(slice);
    all.push(...ids, ...(await partsOf(behind!)).flatMap((part) => part.ids));
  }
  expect(all).toHaveLength(ROWS_EACH);
  expect(new Set(all).size).toBe(ROWS_EACH);
}

const SLICINGS: readonly Slicing[] = [
  { by: "place", slices: 1 },
  { by: "place", slices: 2 },
  { by: "pages", slices: 2, pages: 1_200 },
];

it.each(SLICINGS)("of a table that is scanned (%j)", async (slicing) => {
  await readBehind(extents.get("items")!, { slicing, placed: true });
});

it.each(SLICINGS)("of one that is found by a join, in the order of its places (%j)", async (slicing) => {
  await readBehind(extents.get("notes")!, { slicing, placed: true, inOrder: true });
});

it.each(SLICINGS.slice(0, 2))("of a tree of partitions (%j)", async (slicing) => {
  await readBehind(extents.get("events")!, { slicing, placed: true });
});

it("an order is asked for where a join or an index leads to many rows, and only where it is of use", async () => {
  const named = [...extents.values()];
  const estimates = await estimateRows(client, named);
  const inOrder = (name: string, keeps: boolean, rows = 24_000) => {
    const extent = extents.get(name)!;
    return readingOf(extent, { ...estimates.get(extent)!, rows }, 2, { keeps }).inOrder ?? false;
  };
  expect(inOrder("items", true)).toBe(false);
  expect(inOrder("notes", true)).toBe(true);
  expect(inOrder("notes", true, 10_000)).toBe(false);
  expect(inOrder("events", true)).toBe(false);
  expect(inOrder("notes", false)).toBe(false);
});

it("the server reads such rows as they lie", async () => {
  const [job] = copyJobs(extents.get("notes")!, { slicing: SLICINGS[0]!, placed: true, inOrder: true });
  const select = /^COPY \((.*)\) TO STDOUT/s.exec(job!.sql)![1]!;
  const { rows } = await client.query<{ "QUERY PLAN": string }>(`EXPLAIN ${select}`);
  expect(rows[0]!["QUERY PLAN"]).toMatch(/^Tid Scan/);
});
