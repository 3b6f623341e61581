/** A registered database's credentials and region, changed: tried first, and they must lead to the same database. */
import { and, eq, isNull } from "drizzle-orm";
import { secretContext } from "../../access/secret-context.ts";
import { type Answer, refuse } from "../../engine/engine.ts";
import { notPermitted } from "../../engine/people.ts";
import { type Finding, Refusal } from "../../findings/finding.ts";
import { recordAudit } from "../../records/audit.ts";
import { isId } from "../../records/id.ts";
import { databases } from "../../records/schema/databases.ts";
import { deriveModel } from "../../tenancy/derive-model.ts";
import { registeredPair } from "../directory.ts";
import { databaseHealth } from "../health/database-health.ts";
import { lookAtBoth, rightsOf } from "./check-databases.ts";
import { anotherDatabase, platformNotThere } from "./findings.ts";
import { identityFindings, type Look, recordsIdentity } from "./look.ts";
import type { Registering, Registrar } from "./registrar.ts";

export interface DatabaseChange {
  readonly databaseId: string;
  readonly region: string | null;
  /** Null keeps what is stored. */
  readonly runnerUrl: string | null;
  /** Null keeps what is stored; `runner` plans with the runner's credentials from now on. */
  readonly plannerUrl: string | "runner" | null;
}

/** Stores what works, and says what the roles may not do with it. A run that is under way goes on with the new ones. */
export async function changeDatabase(
  console: Registrar,
  actor: Registering,
  change: DatabaseChange,
): Promise<Answer<{ findings: readonly Finding[] }>> {
  if (!actor.permissions.has("register:platform")) return refuse(notPermitted("register:platform"));
  if (!isId(change.databaseId)) return refuse(platformNotThere());
  try {
    const known = await registeredPair(console.records, console.secrets, change.databaseId);
    const runnerUrl = change.runnerUrl ?? known.runnerUrl;
    const plannerUrl = change.plannerUrl === "runner" ? runnerUrl : (change.plannerUrl ?? known.plannerUrl);
    const looks = await lookAtBoth({ runnerUrl, plannerUrl });
    const wrong = [
      ...identityFindings(looks.planner, looks.runner, await recordsIdentity(console.records)),
      ...(await identityChanged(console, change.databaseId, looks.runner)),
    ];
    if (wrong.length > 0) return refuse(...wrong);
    const { file } = known.platform;
    const model = deriveModel(looks.runner.catalog, file);
    return await store(console, actor, change, looks, rightsOf(looks.runner, looks.planner, model, file));
  } catch (error) {
    if (error instanceof Refusal) return refuse(...error.findings);
    throw error;
  }
}

/** Another database under a known name would be taken for the tenants' home; a standby that took over is the same one. */
async function identityChanged({ records }: Registrar, id: string, { catalog, endpoint }: Look) {
  const [row] = await records
    .select({ name: databases.name, health: databases.health })
    .from(databases)
    .where(eq(databases.id, id));
  const known = databaseHealth.safeParse(row?.health).data;
  if (row === undefined || known?.server == null || known.database === null) return [];
  const same =
    known.server.systemIdentifier === catalog.server.systemIdentifier &&
    known.database.name === catalog.database.name;
  return same ? [] : [anotherDatabase(endpoint, row.name)];
}

async function store(
  { records, secrets }: Registrar,
  actor: Registering,
  { databaseId: id, region, ...change }: DatabaseChange,
  addresses: Awaited<ReturnType<typeof lookAtBoth>>,
  findings: readonly Finding[],
): Promise<Answer<{ findings: readonly Finding[] }>> {
  return records.transaction(async (tx): Promise<Answer<{ findings: readonly Finding[] }>> => {
    const [row] = await tx
      .update(databases)
      .set({
        region: region?.trim() || null,
        endpoint: addresses.endpoint,
        plannerUrl: secrets.seal(addresses.plannerUrl, secretContext.plannerUrl(id)),
        runnerUrl: secrets.seal(addresses.runnerUrl, secretContext.runnerUrl(id)),
      })
      .where(and(eq(databases.id, id), isNull(databases.removedAt)))
      .returning({ name: databases.name, platformId: databases.platformId });
    if (row === undefined) return refuse(platformNotThere());
    await recordAudit(tx, {
      actor,
      action: "database.changed",
      subject: { type: "database", id },
      platformId: row.platformId,
      data: {
        database: row.name,
        endpoint: addresses.endpoint,
        runner: change.runnerUrl === null ? "kept" : "changed",
        planner: change.plannerUrl === null ? "kept" : "changed",
      },
    });
    return { ok: true, findings };
  });
}
