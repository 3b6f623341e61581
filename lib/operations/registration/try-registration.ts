/** Registering as it would go, with nothing stored: what a form shows before somebody says yes. */
import { and, eq, isNull } from "drizzle-orm";
import { type Answer, refuse } from "../../engine/engine.ts";
import { notPermitted } from "../../engine/people.ts";
import { blocks, type Finding } from "../../findings/finding.ts";
import { platforms } from "../../records/schema/platforms.ts";
import type { TableClass } from "../../tenancy/model.ts";
import { readPlatformFile } from "../../tenancy/platform-file.ts";
import type { RoleHealth } from "../health/database-health.ts";
import { roleHealth } from "../health/rights.ts";
import { type CheckedDatabase, checkDatabases } from "./check-databases.ts";
import { platformNameTaken } from "./findings.ts";
import type { NewDatabase, Registering, Registrar } from "./registrar.ts";

export interface Trial {
  readonly platform: string;
  readonly endpoint: string;
  readonly server: string;
  readonly runner: RoleHealth;
  readonly planner: RoleHealth;
  /** How many tables are of each class. */
  readonly classes: Readonly<Partial<Record<TableClass, number>>>;
  readonly findings: readonly Finding[];
}

/** One database under a platform file. Whatever would refuse the registration refuses here, in the same words. */
export async function tryRegistration(
  console: Registrar,
  actor: Pick<Registering, "permissions">,
  request: { readonly text: string; readonly database: NewDatabase; readonly newPlatform: boolean },
): Promise<Answer<{ trial: Trial }>> {
  if (!actor.permissions.has("register:platform")) return refuse(notPermitted("register:platform"));
  const { file, findings } = readPlatformFile(request.text, "platform.yaml");
  if (file === null || blocks(findings)) return refuse(...findings);
  if (request.newPlatform) {
    const taken = await console.records.$count(
      platforms,
      and(eq(platforms.name, file.platform), isNull(platforms.deregisteredAt)),
    );
    if (taken > 0) return refuse(platformNameTaken(file.platform));
  }
  const checked = await checkDatabases(console, file, [request.database]);
  return checked.ok ? { ok: true, trial: trialOf(file.platform, checked.databases[0]!) } : checked;
}

function trialOf(platform: string, { runner, planner, model, endpoint, findings }: CheckedDatabase): Trial {
  const classes: Partial<Record<TableClass, number>> = {};
  for (const table of model.tables.values()) classes[table.class] = (classes[table.class] ?? 0) + 1;
  return {
    platform,
    endpoint,
    server: runner.catalog.server.version,
    runner: roleHealth(runner.catalog, model),
    planner: roleHealth(planner.catalog, model),
    classes,
    findings,
  };
}
