/** A tiny platform of one database, with a tenant that can be deleted from it: for one awkward thing at a time. */
import type pg from "pg";
import { createTestDatabase } from "../../testing/database.ts";
import type { DeleteAnswers } from "../delete/request.ts";
import { type Erasable, erasable } from "./erasable.ts";
import type { OracleSpec } from "./oracle-spec.ts";
import { changedResidents, readResidents } from "./residents.ts";
import { tinyPlatformFile } from "./tiny-platform.ts";
import { importFrom, temporaryFolder } from "./walk.ts";

export interface TinyErasable extends Erasable {
  readonly client: pg.Client;
  readonly url: string;
  connect(): Promise<pg.Client>;
  /** What is not as it was, the tenant's own rows left out; one line a table. */
  changed(): Promise<string[]>;
  /** The same of all rows, the tenant's too. */
  changedAtAll(): Promise<string[]>;
  /** The bundle into the database again. */
  bringBack(): Promise<void>;
  drop(): Promise<void>;
}

/**
 * @param schema SQL of tables and rows: the tenant `acme` of `orgs` and others
 * @param owned by table: the SQL condition over `t` for a row of the tenant's, whose key is $1
 */
export async function tinyErasable(
  schema: string,
  owned: Readonly<Record<string, string>>,
  { yaml = "", tenant = "acme", answers }: { yaml?: string; tenant?: string; answers?: DeleteAnswers } = {},
): Promise<TinyErasable> {
  const [database, folder] = await Promise.all([createTestDatabase("empty"), temporaryFolder()]);
  const client = await database.connect();
  await client.query(schema);
  const platform = tinyPlatformFile(yaml);
  const { url } = database;
  const made = await erasable({ url, client, platform, tenant, folder: folder.path, answers });
  const spec: OracleSpec = {
    tables: Object.entries(owned).map(([name, condition]) => ({ name, owned: condition, ids: [] })),
    common: [],
  };
  const others = await readResidents(client, spec, made.key);
  const before = await readResidents(client, spec);
  return {
    ...made,
    client,
    url,
    connect: () => database.connect(),
    changed: async () => changedResidents(others, await readResidents(client, spec, made.key)),
    changedAtAll: async () => changedResidents(before, await readResidents(client, spec)),
    async bringBack() {
      await importFrom({ path: made.bundle.path, url, platform, ids: "kept" });
    },
    async drop() {
      await database.drop();
      await folder.remove();
    },
  };
}
