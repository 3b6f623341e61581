import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { fileSource } from "../../bundle/stores/file-source.ts";
import { repack, sealFor, sealMember, unpack } from "../../bundle/testing/hand-packed.ts";
import { planRemap } from "../remap/remap-plan.ts";
import { quietContext } from "../run-context.ts";
import { ORGS, type TinyPlatform, tinyPlatform } from "../testing/tiny-platform.ts";
import { scanBundle } from "./scan.ts";
import { globalKeys } from "./taken.ts";

let platform: TinyPlatform;
let bundle: string;
beforeAll(async () => {
  platform = await tinyPlatform(
    `${ORGS} CREATE TABLE users (id int GENERATED ALWAYS AS IDENTITY PRIMARY KEY, email text UNIQUE, ok bool);
     CREATE TABLE things (id int GENERATED ALWAYS AS IDENTITY PRIMARY KEY, org_id uuid NOT NULL REFERENCES orgs, user_id int REFERENCES users, code text UNIQUE);`,
    "common: { public.users: { match: [email], create: [ok] } }",
  );
  await platform.source.query(`INSERT INTO orgs (slug) VALUES ('acme'); INSERT INTO users (email, ok) VALUES (E'a"\\n', true), ('b', NULL);
    INSERT INTO things (org_id, user_id, code) SELECT id, n % 2 + 1, nullif('c' || n, 'c3') FROM orgs, generate_series(1, 5000) n`);
  bundle = (await platform.export("acme")).path;
});
afterAll(() => platform.drop());

async function scan(path: string, keyRows = Number.POSITIVE_INFINITY) {
  const { manifest, target } = await platform.dryRun();
  const plan = planRemap(target.model, manifest, "fresh");
  const source = await fileSource(path);
  const values: (string | null)[][] = [];
  const batches: number[] = [];
  try {
    const found = await scanBundle(
      {
        source,
        trust: [],
        proof: "digests",
        plan,
        keyRows,
        keys: globalKeys(target.catalog, plan),
        async onKeys(key, batch) {
          if (key.table !== "public.things") return;
          batches.push(batch.length);
          values.push(...batch.map((row) => [...row]));
        },
      },
      quietContext(),
    );
    return { ...found, values, batches };
  } finally {
    await source.close();
  }
}

describe("the first pass over a bundle", () => {
  it("gathers the integers to be drawn, the values to be free and the common rows, and nothing else", async () => {
    const found = await scan(bundle);
    expect([...found.integers.keys()]).toEqual(["public.things.id"]);
    expect([...found.integers.get("public.things.id")!]).toEqual(
      Array.from({ length: 5000 }, (_, n) => n + 1),
    );
    expect(found.values).toHaveLength(4999);
    expect(new Set(found.values.flat()).size).toBe(4999);
    expect(found.common).toEqual([
      [
        { id: "1", email: 'a"\n', ok: "true" },
        { id: "2", email: "b", ok: null },
      ],
    ]);
  });

  it("looks at so many rows for their keys as it is told", async () => {
    expect((await scan(bundle, 10)).values).toHaveLength(10);
  });

  it.each([
    ["a key twice", '{"id":1,"email":"a","ok":true,"ok":false}'],
    ["a key missing", '{"id":1,"email":"a"}'],
    ["a key too many", '{"id":1,"email":"a","ok":true,"admin":true}'],
    ["an object for a value", '{"id":1,"email":{"toString":"x"},"ok":true}'],
    ["no object", "7"],
    ["nothing", ""],
  ])("refuses a common row with %s, however well it is sealed", async (_, line) => {
    const members = (await unpack(bundle)).slice(0, -1);
    const common = members.find(({ name }) => name.startsWith("reference/"))!;
    common.content = Buffer.from(`${line}\n`);
    const refused = await scan(await repack([...members, sealMember(sealFor(members))])).catch(
      (error: unknown) => error,
    );
    expect(refused).toMatchObject({ findings: [{ severity: "blocks" }] });
    expect(JSON.stringify((refused as { findings: unknown }).findings)).not.toContain("admin");
  });
});
