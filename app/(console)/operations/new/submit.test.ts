import { randomUUID } from "node:crypto";
import { count, eq } from "drizzle-orm";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { z } from "zod";
import type { Role } from "../../../../lib/access/permissions.ts";
import {
  carryOut,
  createTestWorld,
  keyOfSlug,
  type TestWorld,
} from "../../../../lib/operations/testing/world.ts";
import { readNewOperation } from "../../../../lib/queries/new-operation.ts";
import { operations } from "../../../../lib/records/schema/operations.ts";
import { tenants } from "../../../../lib/records/schema/tenants.ts";
import { inputOf, KINDS_WITH_FORM } from "./input.model.ts";
import { submitRequest } from "./submit.ts";

let world: TestWorld;
let saltmarsh: string;
beforeAll(async () => {
  world = await createTestWorld();
  saltmarsh = (await keyOfSlug(world.euClient, "saltmarsh"))!;
}, 120_000);
afterAll(() => world.close());

async function submit(fields: Record<string, string>, role: Role = "operator") {
  const form = new FormData();
  for (const [name, value] of Object.entries({ idempotencyKey: randomUUID(), ...fields }))
    form.set(name, value);
  return submitRequest(world.console, await world.actor(role), form);
}

const codes = (outcome: Awaited<ReturnType<typeof submit>>) =>
  outcome.ok ? ["done"] : outcome.state.findings.map((finding) => finding.code);

const stored = async () => (await world.console.records.select({ n: count() }).from(operations))[0]!.n;

const suspend = () => ({
  kind: "suspend",
  intent: "request",
  databaseId: world.euId,
  tenantKey: saltmarsh,
  reason: "does not pay",
});

it("every registered operation has its form", () => {
  expect([...KINDS_WITH_FORM].sort()).toEqual(
    world.console.engine.registry.all.map(({ kind }) => kind).sort(),
  );
});

it("hands on every field that an operation's input has", () => {
  for (const { kind, input } of world.console.engine.registry.all) {
    const fields = Object.keys((input as z.ZodObject).shape);
    expect(fields.length, kind).toBeGreaterThan(0);
    const given = inputOf(kind, Object.fromEntries(fields.map((field) => [field, "x"])));
    expect(Object.keys(given!).sort(), kind).toEqual(fields.toSorted());
  }
});

describe("looking at the plan", () => {
  it("tells effects, gates and who would review, and stores nothing", async () => {
    const before = await stored();
    const outcome = await submit({ ...suspend(), intent: "preview", reason: "" });
    expect(outcome.ok).toBe(false);
    if (outcome.ok) return;
    const { preview, values } = outcome.state;
    expect(preview).toMatchObject({ blocked: false, review: { needed: 1 } });
    expect(preview!.effects).toHaveLength(1);
    expect(preview!.summary).toContain("Suspend");
    expect(values.tenantKey).toBe(saltmarsh);
    expect(await stored()).toBe(before);
  });

  it("says what stands against it, and is refused to whom the request would be", async () => {
    const resume = { ...suspend(), kind: "resume", intent: "preview" };
    const outcome = await submit(resume);
    expect(!outcome.ok && outcome.state.preview).toMatchObject({ blocked: true });
    expect(codes(await submit(resume, "support"))).toEqual(["not-permitted"]);
  });
});

describe("asking", () => {
  it("is one operation however often the form is sent, and another input under its key is refused", async () => {
    const fields = { ...suspend(), idempotencyKey: randomUUID() };
    const [first, second] = await Promise.all([submit(fields), submit(fields)]);
    expect(first).toMatchObject({ ok: true });
    expect(second).toEqual(first);
    const other = { ...fields, kind: "export" };
    expect(codes(await submit(other))).toEqual(["idempotency-key-used"]);
    expect(codes(await submit(fields, "admin"))).toEqual(["idempotency-key-used"]);
    expect(codes(await submit(suspend()))).toEqual(["tenant-busy"]);
    expect(await world.console.records.$count(operations, eq(operations.claim, `key:${saltmarsh}`))).toBe(1);
  });

  it("keeps everything that was typed, and says at which field something is wrong", async () => {
    const typed = {
      kind: "create",
      intent: "request",
      databaseId: world.euId,
      slug: "not a slug",
      name: "New & Co",
      domains: "a.example",
    };
    const outcome = await submit({ ...typed, reason: "signed up" });
    expect(outcome.ok).toBe(false);
    if (outcome.ok) return;
    expect(outcome.state.findings.map(({ code, where }) => [code, where])).toEqual([
      ["input-invalid", "slug"],
    ]);
    expect(outcome.state.values).toMatchObject({ ...typed, reason: "signed up" });
  });

  it("asks for a reason where a reviewer will read it", async () => {
    const outcome = await submit({ ...suspend(), reason: "  ", fence: "on" });
    expect(codes(outcome)).toEqual(["reason-missing"]);
    // What was looked at and typed stands there again, a phrase or none.
    expect(!outcome.ok && outcome.state).toMatchObject({
      values: { fence: "on", tenantKey: saltmarsh },
      preview: { phrase: null, summary: expect.stringContaining("Suspend") },
    });
  });

  it("refuses a database that is none, a kind without a form, and a form that is none, as values", async () => {
    expect(codes(await submit({ ...suspend(), databaseId: randomUUID() }))).toEqual([
      "database-not-registered",
    ]);
    expect(codes(await submit({ ...suspend(), databaseId: "" }))).toEqual(["database-not-registered"]);
    expect(codes(await submit({ ...suspend(), kind: "demolish" }))).toEqual(["form-unreadable"]);
    expect(codes(await submit({ ...suspend(), idempotencyKey: "x" }))).toEqual(["form-unreadable"]);
  });
});

describe("the form's page", () => {
  const none = { kind: null, database: null, tenant: null, bundle: null };

  it("offers every operation, with the reason where somebody may not ask for it", async () => {
    const view = await readNewOperation(world.console, await world.actor("support"), none);
    const may = view!.kinds.filter((kind) => kind.unavailable === null).map((kind) => kind.kind);
    expect(may).toEqual(["export"]);
    expect(view!.kinds).toHaveLength(world.console.engine.registry.all.length);
    expect(view!.picked).toBeNull();
  });

  it("says up front whether a review will be needed", async () => {
    const operator = await world.actor("operator");
    const needs = async (kind: string) =>
      (await readNewOperation(world.console, operator, { ...none, kind }))!.picked!.review.needed;
    expect([await needs("export"), await needs("import"), await needs("create")]).toEqual([0, 1, 1]);
  });

  it("shows the tenant with what has it, and finds nothing for what is not there", async () => {
    const operator = await world.actor("operator");
    const copper = (await keyOfSlug(world.usClient, "copper-basin"))!;
    await carryOut(world, { kind: "export", databaseId: world.usId, input: { tenantKey: copper } });
    await world.console.records
      .insert(tenants)
      .values({
        id: randomUUID(),
        platformId: world.platformId,
        databaseId: world.euId,
        key: saltmarsh,
        slug: "saltmarsh",
        state: "active",
      })
      .onConflictDoNothing();
    const at = { ...none, kind: "export", database: world.euId };
    const view = await readNewOperation(world.console, operator, { ...at, tenant: saltmarsh });
    expect(view!.tenant).toMatchObject({
      slug: "saltmarsh",
      active: { kind: "suspend", state: "in_review" },
    });
    expect(await readNewOperation(world.console, operator, { ...at, tenant: "nobody" })).toBeNull();
    expect(
      await readNewOperation(world.console, operator, { ...none, kind: "import", bundle: "x" }),
    ).toBeNull();
    expect(await readNewOperation(world.console, operator, { ...none, kind: "demolish" })).toBeNull();
  });
});
