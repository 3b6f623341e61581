/**
 * A console as it runs, on real databases: records, the demo platform in two regions with a planner's role of its
 * own, a folder of bundles, and people with the roles that the walk needs.
 */
import { randomBytes } from "node:crypto";
import { readFileSync } from "node:fs";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { eq } from "drizzle-orm";
import type pg from "pg";
import { HARBOR_PLATFORM_FILE } from "../../../examples/harbor/set-up.ts";
import type { Actor } from "../../access/actor.ts";
import { actorByPerson } from "../../access/actor-of.ts";
import { addPerson } from "../../access/person-records.ts";
import { generateSecretKey } from "../../access/secret-key.ts";
import { quickHash } from "../../access/testing/people.ts";
import { type Driven, driveOperation } from "../../engine/drive.ts";
import type { OperationRow } from "../../engine/engine.ts";
import type { OperationPlan } from "../../engine/plan.ts";
import { previewOperation, requestOperation } from "../../engine/request.ts";
import { reviewOperation } from "../../engine/review.ts";
import type { OperationResult } from "../../engine/step-record.ts";
import { phraseOf } from "../../engine/typed-phrase.ts";
import type { Finding } from "../../findings/finding.ts";
import { newId } from "../../records/id.ts";
import { operations } from "../../records/schema/operations.ts";
import type { Role } from "../../records/schema/role-grants.ts";
import { createTestDatabase, type TestDatabase } from "../../testing/database.ts";
import { type Console, type ConsoleParts, openConsole } from "../console.ts";
import { makePlannerRole } from "../registration/planner-role.ts";
import { registerPlatform } from "../registration/register.ts";
import { makeSigningKey } from "../signer.ts";

export interface TestWorld {
  readonly console: Console;
  readonly env: NodeJS.ProcessEnv;
  readonly eu: TestDatabase;
  readonly us: TestDatabase;
  readonly euClient: pg.Client;
  readonly usClient: pg.Client;
  readonly platformId: string;
  readonly euId: string;
  readonly usId: string;
  readonly folder: string;
  actor(role: Role): Promise<Actor>;
  close(): Promise<void>;
}

/** Between tries of a step nobody waits for long; a lease is as long as ever, however busy the machine. */
export const TIMES: ConsoleParts["times"] = { backoff: 0.05, progress: 0.1 };

/** @param yaml more lines for the platform file */
export async function createTestWorld(yaml: (text: string) => string = (text) => text): Promise<TestWorld> {
  const [eu, us] = await Promise.all([createTestDatabase("harbor"), createTestDatabase("harbor-us")]);
  return createWorldOf(yaml(readFileSync(HARBOR_PLATFORM_FILE, "utf8")), eu, us);
}

/** A console over two databases of any platform; closing it drops them. */
export async function createWorldOf(
  text: string,
  eu: TestDatabase,
  us: TestDatabase,
  parts: ConsoleParts = {},
): Promise<TestWorld> {
  const records = await createTestDatabase("records");
  const folder = await mkdtemp(join(tmpdir(), "tenantry-console-"));
  const env: NodeJS.ProcessEnv = {
    ...process.env,
    TENANTRY_RECORDS_URL: records.url,
    TENANTRY_BUNDLE_FOLDER: join(folder, "bundles"),
    TENANTRY_SECRET_KEY: generateSecretKey(),
  };
  const console = await openConsole(env, { times: TIMES, ...parts });
  const people = new Map<Role, Promise<string>>();
  async function actor(role: Role): Promise<Actor> {
    const known = people.get(role) ?? addPersonWith(console, role);
    people.set(role, known);
    return (await actorByPerson(console.records, await known))!;
  }
  const planner = `planner_${randomBytes(4).toString("hex")}`;
  const plannerUrls = [
    await makePlannerRole(eu.url, planner, "reads only"),
    await makePlannerRole(us.url, planner, "reads only"),
  ];
  await makeSigningKey(console.records, console.secrets, { personId: null, name: "test" }, "test");
  const registered = await registerPlatform(console, await actor("admin"), {
    text,
    databases: [
      { name: "eu-1", region: "eu-1", runnerUrl: eu.url, plannerUrl: plannerUrls[0] },
      { name: "us-1", region: "us-1", runnerUrl: us.url, plannerUrl: plannerUrls[1] },
    ],
  });
  if (!registered.ok) throw new Error(JSON.stringify(registered.findings));
  const euClient = await eu.connect();
  return {
    console,
    env,
    eu,
    us,
    euClient,
    usClient: await us.connect(),
    platformId: registered.platformId,
    euId: registered.databaseIds[0]!,
    usId: registered.databaseIds[1]!,
    folder,
    actor,
    async close() {
      await console.close();
      await euClient.query(`ALTER ROLE ${planner} NOLOGIN`);
      await Promise.all([eu.drop(), us.drop(), records.drop()]);
      await rm(folder, { recursive: true, force: true });
    },
  };
}

async function addPersonWith({ records }: Console, role: Role): Promise<string> {
  const person = { email: `${role}@harbor.test`, name: role, roles: [role] };
  return (await addPerson(records, { personId: null, name: "test" }, person, quickHash))!.personId;
}

export interface Asked {
  readonly kind: string;
  readonly databaseId?: string;
  readonly input: unknown;
  readonly by?: Role;
  readonly reason?: string;
  /** Other than that of the plan, which is typed where one is asked for. */
  readonly phrase?: string;
}

/** Asks as an operator, in eu-1, unless it says otherwise. Fails where the request is refused. */
export async function ask(world: TestWorld, asked: Asked): Promise<string> {
  const answer = await tryToAsk(world, asked);
  if (answer.ok) return answer.operationId;
  throw new Error(`${asked.kind} was refused: ${JSON.stringify(answer.findings)}`);
}

export async function tryToAsk(world: TestWorld, { kind, databaseId, input, by, reason, phrase }: Asked) {
  const { engine } = world.console;
  const actor = await world.actor(by ?? "operator");
  const about = { kind, platformId: world.platformId, databaseId: databaseId ?? world.euId, input };
  const asks = engine.registry.all.find((each) => each.kind === kind)?.phrase !== undefined;
  const preview = asks && phrase === undefined ? await previewOperation(engine, actor, about) : null;
  return requestOperation(engine, actor, {
    ...about,
    reason: reason ?? null,
    idempotencyKey: newId(),
    phrase: phrase ?? (preview?.ok ? (preview.phrase ?? undefined) : undefined),
  });
}

/** The codes that a request is refused with. Fails where it is not. */
export async function refusedWith(world: TestWorld, asked: Asked): Promise<string[]> {
  const answer = await tryToAsk(world, asked);
  if (answer.ok) throw new Error(`${asked.kind} was not refused`);
  return answer.findings.map(({ code }) => code);
}

/** Another person approves the plan as it stands. */
export async function approve(world: TestWorld, operationId: string): Promise<void> {
  const row = await rowOf(world, operationId);
  const answer = await reviewOperation(world.console.engine, await world.actor("reviewer"), {
    operationId,
    digest: row.digest!,
    decision: "approve",
    intent: "as asked",
    risk: "low",
    rollback: "credible",
    reason: "test",
    phrase: phraseOf(world.console.engine.registry.get(row.kind), row.plan as OperationPlan) ?? undefined,
  });
  if (!answer.ok) throw new Error(JSON.stringify(answer.findings));
}

export function drive(world: TestWorld, operationId: string): Promise<Driven> {
  return driveOperation(world.console.engine, operationId);
}

/** Asked, approved where that is needed, and driven to its end, which must be a success. */
export async function carryOut(world: TestWorld, asked: Asked): Promise<EndedRow> {
  const id = await ask(world, asked);
  if ((await rowOf(world, id)).state === "in_review") await approve(world, id);
  await drive(world, id);
  const row = await rowOf(world, id);
  if (row.state !== "succeeded")
    throw new Error(
      `${asked.kind} ended ${row.state}: ${JSON.stringify(row.findings)} ${JSON.stringify(row.result)}`,
    );
  return row;
}

export type EndedRow = Omit<OperationRow, "result" | "findings"> & {
  readonly result: OperationResult;
  readonly findings: readonly Finding[];
};

export async function rowOf({ console }: TestWorld, operationId: string): Promise<EndedRow> {
  const [row] = await console.records.select().from(operations).where(eq(operations.id, operationId));
  return row as EndedRow;
}

/** The key of the tenant with this slug, or null. */
export async function keyOfSlug(client: pg.Client, slug: string): Promise<string | null> {
  const { rows } = await client.query<{ id: string }>("SELECT id::text FROM organizations WHERE slug = $1", [
    slug,
  ]);
  return rows[0]?.id ?? null;
}

export async function statusOf(client: pg.Client, slug: string): Promise<string | null> {
  const { rows } = await client.query<{ status: string }>(
    "SELECT status::text FROM organizations WHERE slug = $1",
    [slug],
  );
  return rows[0]?.status ?? null;
}
