/**
 * Small platforms for tests: two databases of one schema, a platform file of a few lines, and the way from one to
 * the other. The root is `public.orgs` with key `id` and slug `slug`, unless the file says otherwise.
 */
import type pg from "pg";
import type { PlatformFile } from "../../tenancy/platform-file.ts";
import { createTestDatabase, type TestDatabase } from "../../testing/database.ts";
import type { ImportResult } from "../import/import-tenant.ts";
import type { ImportPlan } from "../import/plan-import.ts";
import type { RunContext } from "../run-context.ts";
import {
  dryRunFrom,
  type Exported,
  exportTo,
  importFrom,
  parsePlatform,
  refusal,
  temporaryFolder,
  type WalkRequest,
} from "./walk.ts";

export interface TinyPlatform {
  readonly file: PlatformFile;
  /** Sessions on the two databases. */
  readonly source: pg.Client;
  readonly target: pg.Client;
  readonly sourceUrl: string;
  readonly folder: string;
  /** One more session. */
  connect(where: "source" | "target"): Promise<pg.Client>;
  export(tenant: string, connections?: number): Promise<Exported>;
  /** Of the bundle that was exported last; into the target, with fresh ids, unless the request says otherwise. */
  import(request?: Partial<WalkRequest>, context?: RunContext): Promise<ImportResult>;
  dryRun(request?: Partial<WalkRequest>): Promise<ImportPlan>;
  /** The codes of the findings that stop the import. Fails where nothing does. */
  refused(request?: Partial<WalkRequest>): Promise<string[]>;
  drop(): Promise<void>;
}

/** The root that most tests use. */
export const ORGS = `
  CREATE TABLE orgs (id uuid PRIMARY KEY DEFAULT gen_random_uuid(), slug text NOT NULL UNIQUE);`;

/**
 * @param schema SQL for both databases
 * @param yaml the platform file's lines after `platform` and `tenant`; with a `tenant` of their own that one holds
 */
export async function tinyPlatform(schema: string, yaml = ""): Promise<TinyPlatform> {
  const file = tinyPlatformFile(yaml);
  const databases = await Promise.all([createTestDatabase("empty"), createTestDatabase("empty")]);
  const [source, target] = await Promise.all(databases.map((database) => prepared(database, schema)));
  const folder = await temporaryFolder();
  const sourceUrl = databases[0].url;
  let last: Exported | null = null;
  const request = (more: Partial<WalkRequest> = {}): WalkRequest => ({
    path: last!.path,
    url: databases[1].url,
    platform: file,
    ...more,
  });
  let bundles = 0;
  return {
    file,
    source: source!,
    target: target!,
    sourceUrl,
    folder: folder.path,
    connect: (where) => databases[where === "source" ? 0 : 1].connect(),
    async export(tenantName, connections) {
      const name = `${++bundles}.tar.gz`;
      last = await exportTo(folder.path, {
        url: sourceUrl,
        platform: file,
        tenant: tenantName,
        name,
        connections,
      });
      return last;
    },
    import: (more, context) => importFrom(request(more), context),
    dryRun: (more) => dryRunFrom(request(more)),
    async refused(more) {
      const findings = await refusal(importFrom(request(more)));
      return findings.filter(({ severity }) => severity === "blocks").map(({ code }) => code);
    },
    async drop() {
      await Promise.all(databases.map((database) => database.drop()));
      await folder.remove();
    },
  };
}

/** @param yaml as `tinyPlatform` takes it */
export function tinyPlatformFile(yaml: string): PlatformFile {
  const lines = unindented(yaml);
  const tenant = /^tenant:/m.test(lines) ? "" : "tenant: { table: public.orgs, key: id, slug: slug }\n";
  return parsePlatform(`platform: tiny\n${tenant}${lines}`);
}

async function prepared(database: TestDatabase, schema: string): Promise<pg.Client> {
  const client = await database.connect();
  await client.query(schema);
  return client;
}

/** Lets YAML stand indented in a test: takes away the first line's indentation. */
function unindented(text: string): string {
  const body = text.replace(/^\n/, "");
  const indent = /^ */.exec(body)![0];
  return body.replaceAll(new RegExp(`^${indent}`, "gm"), "");
}
