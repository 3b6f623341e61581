/** The servers on which nothing is thrown away: those of every database that the console knows. */
import { and, isNull, ne } from "drizzle-orm";
import type { Records } from "../../records/client.ts";
import { databases } from "../../records/schema/databases.ts";
import type { PlatformServers } from "../../rows/drill/drill-server-objections.ts";
import { databaseHealth } from "../health/database-health.ts";

/** As the last look at each has identified it: nobody is asked now. */
export async function knownServers(
  records: Records,
): Promise<Pick<PlatformServers, "endpoints" | "identifiers">> {
  const rows = await records
    .select({ endpoint: databases.endpoint, health: databases.health })
    .from(databases)
    .where(and(isNull(databases.removedAt), ne(databases.endpoint, "")));
  return {
    endpoints: rows.map(({ endpoint }) => endpoint.split("/")[0]!),
    identifiers: rows.flatMap(({ health }) => {
      const { data } = databaseHealth.shape.server.safeParse((health as { server?: unknown } | null)?.server);
      return data?.systemIdentifier ?? [];
    }),
  };
}
