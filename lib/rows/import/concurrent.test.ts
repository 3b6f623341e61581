/** Imports that meet one another, and what everybody else does meanwhile. */
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from "vitest";
import type { Refusal } from "../../findings/finding.ts";
import { quietContext } from "../run-context.ts";
import { disturbedAt } from "../testing/interrupt.ts";
import { compareTenants } from "../testing/oracle.ts";
import { changedResidents, readResidents } from "../testing/residents.ts";
import {
  openSmallHome,
  openSmallImport,
  SLUG,
  type SmallHome,
  type SmallImport,
  SPEC,
} from "../testing/small-import.ts";
import { keyOfSlug, smallSpec } from "../testing/small-platform.ts";
import { refusal } from "../testing/walk.ts";

let home: SmallHome;
let at: SmallImport;
beforeAll(async () => {
  home = await openSmallHome();
});
beforeEach(async () => {
  at = await openSmallImport(home);
});
afterEach(() => at.database.drop());
afterAll(() => home.folder.remove());

describe("two imports at once", () => {
  it("of the same request make one tenant", async () => {
    const results = await Promise.allSettled([at.start(), at.start()]);
    const done = results.filter(({ status }) => status === "fulfilled");
    expect(done.length).toBeGreaterThan(0);
    for (const result of results)
      if (result.status === "rejected")
        expect(result.reason.findings).toMatchObject([{ code: "import-in-progress" }]);
    await at.isWhole();
    expect((await at.start()).outcome).toBe("imported before");
  });

  it("of the same request make one tenant, whenever the second begins", async () => {
    await at.atEachPoint(async (point, journal) => {
      let second: Promise<unknown> = Promise.resolve();
      const sideEffect = disturbedAt(point, async () => {
        second = at.start(quietContext(), { journal: () => journal }).catch((error) => error);
        await second;
      });
      const first = await at
        .start(quietContext({ sideEffect }), { journal: () => journal })
        .catch((error) => error);
      const said = [first, await second] as ({ outcome?: string } & Partial<Refusal>)[];
      expect(said.filter(({ outcome }) => outcome === "imported")).toHaveLength(1);
      for (const { outcome, findings } of said)
        if (outcome === undefined) expect(findings).toMatchObject([{ code: "import-in-progress" }]);
      await at.isWhole();
    });
  });

  it("of the same bundle by two people, under one slug, make one tenant", async () => {
    const results = await Promise.allSettled(
      ["anna", "ben"].map((name) =>
        at.start(quietContext(), { journal: () => `${at.bundle.path}.${name}.json` }),
      ),
    );
    expect(results.filter(({ status }) => status === "fulfilled")).toHaveLength(1);
    await at.isWhole();
  });

  it("under two slugs both succeed, and leave each other alone", async () => {
    await Promise.all([at.start(), at.start(quietContext(), { newSlug: "copy-two" })]);
    const key = (await keyOfSlug(at.client, SLUG))!;
    const second = (await keyOfSlug(at.client, "copy-two"))!;
    for (const [slug, copy] of [
      [SLUG, key],
      ["copy-two", second],
    ] as const) {
      const verdict = await compareTenants(
        smallSpec(slug),
        { client: at.source, key: at.bundle.manifest.tenant.key },
        { client: at.client, key: copy },
      );
      expect(verdict).toMatchObject({ differences: [], rows: 17 });
    }
  });
});

describe("what others do meanwhile", () => {
  it("does not disturb it: residents are written all the time", async () => {
    let running = true;
    const resident = (async () => {
      let rounds = 0;
      while (running) {
        await at.other.query(
          "INSERT INTO items (org_id, body) SELECT id, 'meanwhile' FROM orgs WHERE slug = 'resident'",
        );
        await at.other.query("UPDATE items SET body = body || '.' WHERE body LIKE 'meanwhile%'");
        rounds++;
      }
      return rounds;
    })();
    const result = await at.start();
    running = false;
    expect(await resident).toBeGreaterThan(3);
    expect(result.outcome).toBe("imported");
    await at.client.query("DELETE FROM items WHERE body LIKE 'meanwhile%'");
    await at.isWhole();
  });

  it("cannot take away a person whom it points at", async () => {
    await at.other.query("SET lock_timeout = '20ms'");
    const tried: string[] = [];
    const context = quietContext({
      sideEffect: async (name, effect) => {
        const result = await effect();
        if (!name.startsWith("copy")) return result;
        const error = await at.other
          .query(
            "DELETE FROM people WHERE email = 'p3@example.org' AND id NOT IN (SELECT person_id FROM items WHERE person_id IS NOT NULL AND false)",
          )
          .catch((reason: { code: string }) => reason.code);
        tried.push(String(error));
        return result;
      },
    });
    await at.start(context);
    expect(tried).toEqual(["55P03", "55P03", "55P03"]);
    await at.isWhole();
  });

  it("may have taken a person away before: then it is refused or made again, and nothing dangles", async () => {
    await at.other.query(
      "UPDATE items SET person_id = NULL WHERE person_id = (SELECT id FROM people WHERE email = 'p3@example.org')",
    );
    at.before = await readResidents(at.client, SPEC);
    const context = quietContext({
      sideEffect: async (name, effect) => {
        if (name === "begin") await at.other.query("DELETE FROM people WHERE email = 'p3@example.org'");
        return effect();
      },
    });
    await at.start(context);
    const { rowCount } = await at.client.query(
      "SELECT FROM items i WHERE person_id IS NOT NULL AND NOT EXISTS (SELECT FROM people p WHERE p.id = i.person_id)",
    );
    expect(rowCount).toBe(0);
    const key = (await keyOfSlug(at.client, SLUG))!;
    expect(changedResidents(at.before, await readResidents(at.client, SPEC, key))).toEqual([
      "public.people: 1 rows gone, 3 new",
    ]);
  });

  it("may alter a table after the plan: then it is refused", async () => {
    const context = quietContext({
      sideEffect: async (name, effect) => {
        if (name === "begin") await at.other.query("ALTER TABLE notes ADD COLUMN later text");
        return effect();
      },
    });
    expect(await refusal(at.start(context))).toMatchObject([
      { code: "shape-differs", where: "public.notes" },
    ]);
    expect(await keyOfSlug(at.client, SLUG)).toBeNull();
  });

  it("may make a trigger fire always after the plan: then it is refused", async () => {
    const context = quietContext({
      sideEffect: async (name, effect) => {
        if (name === "begin") {
          await at.other.query(`CREATE FUNCTION meddle() RETURNS trigger LANGUAGE plpgsql AS
            'BEGIN UPDATE public.people SET name = ''X''; RETURN NULL; END'`);
          await at.other.query("CREATE TRIGGER meddle AFTER INSERT ON notes EXECUTE FUNCTION meddle()");
          await at.other.query("ALTER TABLE notes ENABLE ALWAYS TRIGGER meddle");
        }
        return effect();
      },
    });
    expect(await refusal(at.start(context))).toMatchObject([{ code: "trigger-fires-always" }]);
    await at.isUntouched();
  });
});
