/** Records of a console that has been in use: a platform, two databases, many tenants, people who work with them. */

import type { Actor } from "../../access/actor.ts";
import { addTestActor } from "../../access/testing/people.ts";
import type { Records } from "../../records/client.ts";
import { newId } from "../../records/id.ts";
import { databases } from "../../records/schema/databases.ts";
import { platforms } from "../../records/schema/platforms.ts";

export interface LivedIn {
  readonly platformId: string;
  readonly eu: string;
  readonly us: string;
  readonly ada: Actor;
  readonly ben: Actor;
  readonly vic: Actor;
  readonly nobody: Actor;
}

const DAY_MS = 86_400_000;

/**
 * Registers `harbor` with eu-1 and us-1, and `tenants` tenants in them by turns: `tenant-00001` and so on, every
 * seventh suspended, every hundredth gone, every thirteenth not measured yet; the size grows with the number.
 */
export async function fillRecords(
  records: Records,
  { tenants }: { readonly tenants: number },
): Promise<LivedIn> {
  const platformId = newId();
  const [eu, us] = [newId(), newId()];
  const ada = (await addTestActor(records, "ada", ["operator"])).actor;
  const ben = (await addTestActor(records, "ben", ["reviewer"])).actor;
  const vic = (await addTestActor(records, "vic", ["viewer"])).actor;
  const nobody = (await addTestActor(records, "nobody", [])).actor;
  await records.insert(platforms).values({ id: platformId, name: "harbor", fileVersion: 1 });
  await records.insert(databases).values(
    [
      { id: eu, name: "eu-1", region: "eu" },
      { id: us, name: "us-1", region: "us" },
    ].map((database) => ({
      ...database,
      platformId,
      endpoint: `127.0.0.1:5432/${database.name}`,
      plannerUrl: Buffer.from("sealed"),
      runnerUrl: Buffer.from("sealed"),
      health: { findings: [] },
      healthAt: new Date(),
      censusAt: new Date(Date.now() - 12 * 60_000),
    })),
  );
  await records.pool.query(TENANTS, [platformId, eu, us, tenants]);
  // Of ten thousand tenants' parts of texts (tenants_found) the usual sample takes longer to count than all else here.
  await records.pool.query("SET default_statistics_target = 10; ANALYZE; RESET default_statistics_target");
  return { platformId, eu, us, ada, ben, vic, nobody };
}

const TENANTS = `
  INSERT INTO tenants (id, platform_id, database_id, key, slug, name, domains, state, rows, bytes, tables, sized_at, gone_at)
  SELECT gen_random_uuid(), $1, CASE WHEN n % 2 = 0 THEN $3::uuid ELSE $2::uuid END, (100000 + n)::text,
    'tenant-' || lpad(n::text, 5, '0'), 'Tenant No. ' || n, jsonb_build_array('t' || n || '.example.com'),
    CASE WHEN n % 7 = 0 THEN 'suspended' ELSE 'active' END,
    CASE WHEN n % 13 = 0 THEN NULL ELSE n * 137 END, CASE WHEN n % 13 = 0 THEN NULL ELSE n::bigint * 137 * 512 END,
    CASE WHEN n % 13 = 0 THEN NULL ELSE jsonb_build_array(
      jsonb_build_object('table', 'public.messages', 'rows', n * 100, 'bytes', n::bigint * 100 * 600),
      jsonb_build_object('table', 'public.invoices', 'rows', n * 36, 'bytes', n::bigint * 36 * 250),
      jsonb_build_object('table', 'public.organizations', 'rows', n, 'bytes', n::bigint * 200)) END,
    CASE WHEN n % 13 = 0 THEN NULL ELSE now() - interval '12 minutes' END,
    CASE WHEN n % 100 = 0 THEN now() - interval '2 days' END
  FROM generate_series(1, $4::int) AS n`;

/** A moment so many days ago. */
export function daysAgo(days: number): Date {
  return new Date(Date.now() - days * DAY_MS);
}
