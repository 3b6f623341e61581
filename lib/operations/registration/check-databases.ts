/** What is asked of a database before it is registered: reachable, one database, nobody else's, and the model fits. */
import { and, eq, isNull } from "drizzle-orm";
import { type Answer, refuse } from "../../engine/engine.ts";
import { blocks, type Finding, Refusal } from "../../findings/finding.ts";
import type { Records } from "../../records/client.ts";
import { databases } from "../../records/schema/databases.ts";
import { platforms } from "../../records/schema/platforms.ts";
import { exportRights } from "../../rows/export/rights.ts";
import type { TenancyModel } from "../../tenancy/model.ts";
import type { PlatformFile } from "../../tenancy/platform-file.ts";
import { viewOfFirst } from "../../tenancy/tenant-schema.ts";
import { databaseHealth } from "../health/database-health.ts";
import { foldRights, writingRights } from "../health/rights.ts";
import { endpointOf } from "./address.ts";
import { alreadyRegistered, databaseNameTaken } from "./findings.ts";
import { identityFindings, type Look, lookAt, modelOf, recordsIdentity } from "./look.ts";
import type { NewDatabase, Registrar } from "./registrar.ts";

export interface Addresses {
  readonly endpoint: string;
  readonly runnerUrl: string;
  readonly plannerUrl: string;
}

export interface CheckedDatabase extends Addresses {
  readonly name: string;
  readonly region: string | null;
  readonly runner: Look;
  readonly planner: Look;
  readonly model: TenancyModel;
  /** What the roles may not do yet, with the GRANT, and what the model leaves open: neither refuses the database. */
  readonly findings: readonly Finding[];
}

/** Looks at each; the first thing that is wrong with one of them refuses the whole. */
export async function checkDatabases(
  { records }: Pick<Registrar, "records">,
  file: PlatformFile,
  wanted: readonly NewDatabase[],
): Promise<Answer<{ databases: readonly CheckedDatabase[] }>> {
  const findings: Finding[] = [];
  const names = wanted.map(({ name }) => name.trim());
  const twice = names.find((name, index) => name === "" || names.indexOf(name) !== index);
  if (twice !== undefined) findings.push(databaseNameTaken(twice));
  const own = await recordsIdentity(records);
  const checked: CheckedDatabase[] = [];
  for (const database of wanted) {
    try {
      const { runner, planner, ...addresses } = await lookAtBoth(database);
      const others = checked.filter((other) => other.runner.identity === runner.identity);
      const wrong = [
        ...identityFindings(planner, runner, own),
        ...others.map((other) => alreadyRegistered(runner.endpoint, other.name)),
        ...(await registeredElsewhere(records, runner)),
      ];
      findings.push(...wrong);
      // What a role may do elsewhere says nothing about here.
      if (wrong.length > 0) continue;
      const model = modelOf(runner, file);
      checked.push({
        ...addresses,
        name: database.name.trim(),
        region: database.region?.trim() || null,
        runner,
        planner,
        model,
        findings: [...rightsOf(runner, planner, model, file), ...model.findings],
      });
    } catch (error) {
      if (!(error instanceof Refusal)) throw error;
      findings.push(...error.findings);
    }
  }
  return blocks(findings) ? refuse(...findings) : { ok: true, databases: checked };
}

/** @throws Refusal where one of the addresses leads nowhere */
export async function lookAtBoth(
  database: Pick<NewDatabase, "runnerUrl" | "plannerUrl">,
): Promise<Addresses & { readonly runner: Look; readonly planner: Look }> {
  const runnerUrl = database.runnerUrl.trim();
  const plannerUrl = database.plannerUrl?.trim() || runnerUrl;
  const endpoint = endpointOf(runnerUrl);
  const runner = await lookAt(runnerUrl, endpoint, { login: "runner" });
  const planner =
    plannerUrl === runnerUrl
      ? runner
      : await lookAt(plannerUrl, endpointOf(plannerUrl), { login: "planner" });
  return { endpoint, runnerUrl, plannerUrl, runner, planner };
}

export function rightsOf(
  runner: Look,
  planner: Look,
  model: TenancyModel,
  file: PlatformFile,
): readonly Finding[] {
  return foldRights([
    ...exportRights(viewOfFirst(planner.catalog, file), model),
    ...writingRights(viewOfFirst(runner.catalog, file), model),
  ]);
}

/**
 * A database belongs to one platform once: two would plan over each other. Known by its address, or, under whatever
 * address, by what the last look at it found.
 */
async function registeredElsewhere(records: Records, { endpoint, catalog }: Look): Promise<Finding[]> {
  const rows = await records
    .select({
      name: databases.name,
      platform: platforms.name,
      endpoint: databases.endpoint,
      health: databases.health,
    })
    .from(databases)
    .innerJoin(platforms, eq(platforms.id, databases.platformId))
    .where(and(isNull(databases.removedAt), isNull(platforms.deregisteredAt)));
  const { systemIdentifier } = catalog.server;
  return rows
    .filter((row) => {
      if (row.endpoint === endpoint) return true;
      const known = databaseHealth.safeParse(row.health).data;
      return (
        systemIdentifier !== null &&
        known?.server?.systemIdentifier === systemIdentifier &&
        known.database?.name === catalog.database.name
      );
    })
    .map((row) => alreadyRegistered(endpoint, `${row.name} of ${row.platform}`));
}
