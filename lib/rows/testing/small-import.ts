/** An import between two small databases, to be disturbed: fresh for each test. */
import { randomBytes } from "node:crypto";
import type pg from "pg";
import { expect } from "vitest";
import type { TestDatabase } from "../../testing/database.ts";
import type { ImportResult } from "../import/import-tenant.ts";
import { quietContext } from "../run-context.ts";
import { untilAlone } from "./crash.ts";
import { forget } from "./exact-rows.ts";
import { listing, type SideEffectPoint } from "./interrupt.ts";
import { compareTenants } from "./oracle.ts";
import { changedResidents, type Residents, readResidents } from "./residents.ts";
import { keyOfSlug, MISSING_PEOPLE, smallDatabase, smallPlatform, smallSpec } from "./small-platform.ts";
import { type Exported, exportTo, importFrom, temporaryFolder } from "./walk.ts";

/** The slug under which the tenant is imported. */
export const SLUG = "copy";
export const SPEC = smallSpec(SLUG);
const PLATFORM = smallPlatform();

export interface SmallHome {
  readonly folder: Awaited<ReturnType<typeof temporaryFolder>>;
  readonly database: TestDatabase;
  readonly client: pg.Client;
}

/** The database that the tenant comes from, once for all tests of a file. */
export async function openSmallHome(): Promise<SmallHome> {
  const database = await smallDatabase("home");
  return { folder: await temporaryFolder(), database, client: await database.connect() };
}

export interface SmallImport {
  readonly bundle: Exported;
  readonly database: TestDatabase;
  /** Two sessions on the target. */
  readonly client: pg.Client;
  readonly other: pg.Client;
  readonly source: pg.Client;
  /** Everybody before any import. */
  before: Residents;
  start(
    context?: ReturnType<typeof quietContext>,
    more?: { newSlug?: string; journal?: () => string },
  ): Promise<ImportResult>;
  isUntouched(): Promise<void>;
  isWhole(): Promise<void>;
  /** A disturbed run has done nothing or everything; the next one ends well. Gives what the disturbed one said. */
  goOn(disturbed: Promise<unknown>): Promise<unknown>;
  /** For both sides of every side effect of this import: each asks for an import of its own, by its own journal. */
  atEachPoint(disturb: (point: SideEffectPoint, journal: string) => Promise<void>): Promise<void>;
}

export async function openSmallImport(home: SmallHome): Promise<SmallImport> {
  // A bundle of its own for each test: the journal lies beside it.
  const name = `one-${randomBytes(4).toString("hex")}.tar.gz`;
  const url = home.database.url;
  const bundle = await exportTo(home.folder.path, { url, platform: PLATFORM, tenant: "one", name });
  const database = await smallDatabase("elsewhere");
  const client = await database.connect();
  const { key: sourceKey } = bundle.manifest.tenant;

  async function clean(): Promise<void> {
    await forget(client, SPEC, (await keyOfSlug(client, SLUG))!);
    await client.query(
      "DELETE FROM people p WHERE NOT EXISTS (SELECT FROM items i WHERE i.person_id = p.id)",
    );
  }

  async function points(): Promise<SideEffectPoint[]> {
    const names: string[] = [];
    await at.start(quietContext({ sideEffect: listing(names) }));
    expect(names.length).toBeGreaterThan(8);
    await clean();
    return names.flatMap((_, index) =>
      (["before", "after"] as const).map((when) => ({ number: index + 1, when })),
    );
  }

  const at: SmallImport = {
    bundle,
    database,
    client,
    other: await database.connect(),
    source: home.client,
    before: await readResidents(client, SPEC),
    start: (context = quietContext(), more = {}) =>
      importFrom(
        { path: bundle.path, url: database.url, platform: PLATFORM, newSlug: SLUG, ...more },
        context,
      ),
    async isUntouched() {
      expect(changedResidents(at.before, await readResidents(client, SPEC))).toEqual([]);
    },
    async isWhole() {
      const key = (await keyOfSlug(client, SLUG))!;
      expect(changedResidents(at.before, await readResidents(client, SPEC, key))).toEqual([
        `public.people: 0 rows gone, ${MISSING_PEOPLE} new`,
      ]);
      const verdict = await compareTenants(SPEC, { client: home.client, key: sourceKey }, { client, key });
      expect(verdict).toMatchObject({ differences: [], keptIds: [], rows: 17 });
    },
    async goOn(disturbed) {
      const said: unknown = await disturbed.then(
        () => null,
        (error: unknown) => error,
      );
      await untilAlone(client);
      if ((await keyOfSlug(client, SLUG)) === null) await at.isUntouched();
      else await at.isWhole();
      if (said === null) await at.isWhole();
      await at.start();
      await at.isWhole();
      return said;
    },
    async atEachPoint(disturb) {
      for (const point of await points()) {
        await disturb(point, `${bundle.path}.${point.number}-${point.when}.json`);
        await clean();
      }
    },
  };
  return at;
}
