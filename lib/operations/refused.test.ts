/** What each operation refuses, by whom and in what state: nothing is stored of it, nothing is changed by it. */
import { and, eq } from "drizzle-orm";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { driveOperation } from "../engine/drive.ts";
import { createEngine } from "../engine/engine.ts";
import { reviewOperation } from "../engine/review.ts";
import { wishOperation } from "../engine/wish.ts";
import { newId } from "../records/id.ts";
import { auditEntries } from "../records/schema/audit-entries.ts";
import { bundles } from "../records/schema/bundles.ts";
import { operations } from "../records/schema/operations.ts";
import { reviews } from "../records/schema/reviews.ts";
import { harborSpec } from "../rows/testing/harbor-spec.ts";
import { changedResidents, readResidents } from "../rows/testing/residents.ts";
import {
  approve,
  ask,
  carryOut,
  createTestWorld,
  drive,
  keyOfSlug,
  refusedWith,
  rowOf,
  statusOf,
  type TestWorld,
} from "./testing/world.ts";

let world: TestWorld;
let saltmarsh: string;
let bundleId: string;
beforeAll(async () => {
  world = await createTestWorld();
  saltmarsh = (await keyOfSlug(world.euClient, "saltmarsh"))!;
  bundleId = (await carryOut(world, { kind: "export", input: { tenantKey: saltmarsh } })).result.links
    .bundle!;
}, 120_000);
afterAll(() => world.close());

const codesOf = (row: { findings: readonly { code: string }[] }) => row.findings.map(({ code }) => code);

describe("a request is refused", () => {
  it.each([
    ["export", "viewer"],
    ["import", "support"],
    ["suspend", "support"],
    ["resume", "reviewer"],
    ["create", "viewer"],
  ] as const)("to %s for a %s", async (kind, by) => {
    expect(await refusedWith(world, { kind, by, input: {} })).toEqual(["not-permitted"]);
  });

  it.each(["export", "suspend", "resume"])("to %s a tenant that is not there", async (kind) => {
    const codes = await refusedWith(world, { kind, input: { tenantKey: newId() } });
    expect(codes).toContain("tenant-not-found");
  });

  it("to suspend by a slug that is no key", async () => {
    expect(await refusedWith(world, { kind: "suspend", input: { tenantKey: "saltmarsh" } })).toContain(
      "tenant-not-found",
    );
  });

  it("to resume a tenant that is not suspended, and to suspend one that is", async () => {
    expect(await refusedWith(world, { kind: "resume", input: { tenantKey: saltmarsh } })).toContain(
      "gate-closed",
    );
    await world.euClient.query("UPDATE organizations SET status = 'suspended' WHERE id = $1", [saltmarsh]);
    expect(await refusedWith(world, { kind: "suspend", input: { tenantKey: saltmarsh } })).toContain(
      "gate-closed",
    );
    await world.euClient.query("UPDATE organizations SET status = 'active' WHERE id = $1", [saltmarsh]);
  });

  it("to import beside the original without new names", async () => {
    const codes = await refusedWith(world, { kind: "import", input: { bundleId } });
    expect(codes).toEqual(expect.arrayContaining(["slug-taken", "domain-taken", "gate-closed"]));
  });

  it("to import what is not there, another platform's, or not whole", async () => {
    const { records } = world.console;
    const into = { kind: "import", databaseId: world.usId, input: { bundleId } };
    expect(await refusedWith(world, { ...into, input: { bundleId: newId() } })).toEqual([
      "bundle-of-another",
    ]);
    for (const [state, code] of [
      ["quarantined", "bundle-not-ready"],
      ["refused", "bundle-not-ready"],
      ["missing", "bundle-not-ready"],
    ] as const) {
      await records.update(bundles).set({ state }).where(eq(bundles.id, bundleId));
      expect(await refusedWith(world, into)).toEqual([code]);
    }
    await records.update(bundles).set({ state: "ready" }).where(eq(bundles.id, bundleId));
  });

  it("to import where the schema is another", async () => {
    await world.usClient.query("ALTER TABLE customers ADD COLUMN fax text");
    const codes = await refusedWith(world, { kind: "import", databaseId: world.usId, input: { bundleId } });
    expect(codes).toEqual(expect.arrayContaining(["shape-differs", "gate-closed"]));
    await world.usClient.query("ALTER TABLE customers DROP COLUMN fax");
  });

  it("to create with names that are taken, or that the form does not take", async () => {
    const taken = { slug: "saltmarsh", name: "Again" };
    expect(await refusedWith(world, { kind: "create", input: taken })).toEqual(
      expect.arrayContaining(["slug-taken", "gate-closed"]),
    );
    const { rows } = await world.euClient.query<{ hostname: string }>("SELECT hostname FROM domains LIMIT 1");
    const domain = { slug: "fresh", name: "Fresh", domains: [rows[0]!.hostname] };
    expect(await refusedWith(world, { kind: "create", input: domain })).toEqual(
      expect.arrayContaining(["domain-taken"]),
    );
    expect(await refusedWith(world, { kind: "create", input: { slug: "a b", name: "" } })).toEqual([
      "input-invalid",
      "input-invalid",
    ]);
  });

  it("while another operation has the tenant", async () => {
    const id = await ask(world, { kind: "suspend", input: { tenantKey: saltmarsh } });
    expect(await refusedWith(world, { kind: "export", input: { tenantKey: saltmarsh } })).toEqual([
      "tenant-busy",
    ]);
    await world.console.records.update(operations).set({ state: "withdrawn" }).where(eq(operations.id, id));
  });
});

describe("a run is refused", () => {
  it("and nothing is written, where a trigger of the platform writes elsewhere", async () => {
    await world.euClient.query(`
      CREATE TABLE status_log (id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY, at timestamptz DEFAULT now());
      CREATE FUNCTION log_status() RETURNS trigger LANGUAGE plpgsql AS
        $$ BEGIN INSERT INTO status_log DEFAULT VALUES; RETURN NULL; END $$;
      CREATE TRIGGER log_status AFTER INSERT OR UPDATE ON organizations FOR EACH ROW EXECUTE FUNCTION log_status();`);
    const before = await readResidents(world.euClient, harborSpec());
    for (const asked of [
      { kind: "suspend", input: { tenantKey: saltmarsh } },
      { kind: "create", input: { slug: "logged", name: "Logged" } },
    ]) {
      const id = await ask(world, asked);
      await approve(world, id);
      await drive(world, id);
      const row = await rowOf(world, id);
      expect(row.state).toBe("failed");
      expect(codesOf(row)).toContain("unexpected-writes");
      expect(row.result.sentence).toContain("Nothing was changed.");
    }
    expect(changedResidents(before, await readResidents(world.euClient, harborSpec()))).toEqual([]);
    await world.euClient.query(
      "DROP TABLE status_log; DROP TRIGGER log_status ON organizations; DROP FUNCTION log_status",
    );
  });

  it("as superseded, where the tenant changed its state since the approval", async () => {
    const id = await ask(world, { kind: "suspend", input: { tenantKey: saltmarsh } });
    await approve(world, id);
    await world.euClient.query("UPDATE organizations SET status = 'trial' WHERE id = $1", [saltmarsh]);
    await drive(world, id);
    expect(await rowOf(world, id)).toMatchObject({ state: "superseded" });
    expect(await statusOf(world.euClient, "saltmarsh")).toBe("trial");
    await world.euClient.query("UPDATE organizations SET status = 'active' WHERE id = $1", [saltmarsh]);
  });

  it("as superseded, where the bundle's file is another one by now", async () => {
    const id = await ask(world, { kind: "import", databaseId: world.usId, input: { bundleId } });
    await approve(world, id);
    const other = await carryOut(world, { kind: "export", input: { tenantKey: saltmarsh } });
    const { records } = world.console;
    const [mine] = await records.select().from(bundles).where(eq(bundles.id, bundleId));
    const [another] = await records.select().from(bundles).where(eq(bundles.id, other.result.links.bundle!));
    // Somebody swaps the files that two records name.
    await records.update(bundles).set({ name: "swapping" }).where(eq(bundles.id, another!.id));
    await records.update(bundles).set({ name: another!.name }).where(eq(bundles.id, bundleId));
    await drive(world, id);
    expect((await rowOf(world, id)).state).toBe("superseded");
    await records.update(bundles).set({ name: mine!.name }).where(eq(bundles.id, bundleId));
    await records.update(bundles).set({ name: another!.name }).where(eq(bundles.id, another!.id));
    expect(await keyOfSlug(world.usClient, "saltmarsh")).toBeNull();
  });

  it("by the platform's own checks, in a sentence without values", async () => {
    const id = await ask(world, { kind: "create", input: { slug: "UPPER.case", name: "hunter2" } });
    await approve(world, id);
    await drive(world, id);
    const row = await rowOf(world, id);
    expect(row.state).toBe("failed");
    expect(codesOf(row)).toContain("write-refused");
    expect(JSON.stringify(row.findings)).not.toContain("hunter2");
    expect(await keyOfSlug(world.euClient, "UPPER.case")).toBeNull();
  });
});

describe("forged records", () => {
  const { update } = {
    update: (id: string, set: Partial<typeof operations.$inferInsert>) =>
      world.console.records.update(operations).set(set).where(eq(operations.id, id)),
  };

  async function approvedSuspend(): Promise<string> {
    const id = await ask(world, { kind: "suspend", input: { tenantKey: saltmarsh } });
    await approve(world, id);
    return id;
  }

  async function endsWithout(id: string, states: string[]): Promise<void> {
    const before = await readResidents(world.euClient, harborSpec());
    await drive(world, id);
    expect(states).toContain((await rowOf(world, id)).state);
    expect(changedResidents(before, await readResidents(world.euClient, harborSpec()))).toEqual([]);
    await update(id, { state: "withdrawn" });
  }

  it("of another kind run nothing", async () => {
    const id = await approvedSuspend();
    await update(id, { kind: "resume" });
    await endsWithout(id, ["superseded", "failed"]);
  });

  it("of a kind that nobody knows run nothing", async () => {
    const id = await approvedSuspend();
    await update(id, { kind: "drop everything" });
    await endsWithout(id, ["failed", "superseded"]);
  });

  it("with another tenant in the input run nothing", async () => {
    const id = await approvedSuspend();
    const { rows } = await world.euClient.query<{ id: string }>(
      "SELECT id::text FROM organizations WHERE slug <> 'saltmarsh' AND status = 'active' LIMIT 1",
    );
    await update(id, { input: { tenantKey: rows[0]!.id } });
    await endsWithout(id, ["superseded"]);
  });

  it("with an input that the schema does not take run nothing", async () => {
    const id = await approvedSuspend();
    await update(id, { input: { tenantKey: saltmarsh, sql: "DROP TABLE organizations" } });
    await endsWithout(id, ["failed"]);
  });

  it("with another digest run nothing", async () => {
    const id = await approvedSuspend();
    await update(id, { digest: "0".repeat(64) });
    await endsWithout(id, ["superseded", "in_review"]);
  });

  it("that were put on the queue without a review run nothing", async () => {
    const id = await ask(world, { kind: "suspend", input: { tenantKey: saltmarsh } });
    await update(id, { state: "queued", reviewsNeeded: 0, expiresAt: new Date(Date.now() + 60_000) });
    await endsWithout(id, ["in_review"]);
  });

  it("that say that the requester has approved are refused by the constraint", async () => {
    const id = await ask(world, { kind: "suspend", input: { tenantKey: saltmarsh } });
    const row = await rowOf(world, id);
    const own = {
      id: newId(),
      operationId: id,
      requestedBy: row.requestedBy,
      reviewerId: row.requestedBy,
      decision: "approve" as const,
      digest: row.digest!,
      intent: "x",
      risk: "x",
      rollback: "x",
      reason: "x",
    };
    await expect(world.console.records.insert(reviews).values(own)).rejects.toThrow();
    const refused = await reviewOperation(
      world.console.engine,
      { ...(await world.actor("operator")), permissions: new Set(["see", "review"]) },
      {
        operationId: id,
        digest: row.digest!,
        decision: "approve",
        intent: "x",
        risk: "x",
        rollback: "x",
        reason: "x",
      },
    );
    expect(refused).toMatchObject({ ok: false, findings: [{ code: "own-request" }] });
    await update(id, { state: "withdrawn" });
  });
});

describe("a run that is stopped", () => {
  /** Wishes while the run is in this side effect. */
  async function wishDuring(id: string, at: string, wish: "pause" | "abort"): Promise<void> {
    const { engine } = world.console;
    let wished = false;
    const wishing = createEngine({
      ...engine,
      async sideEffect(name, act) {
        const outcome = await act();
        if (name !== at || wished) return outcome;
        wished = true;
        const answer = await wishOperation(engine, await world.actor("operator"), { operationId: id, wish });
        expect(answer).toMatchObject({ ok: true });
        return outcome;
      },
    });
    await driveOperation(wishing, id);
    expect(wished).toBe(true);
  }

  it("by a pause leaves no file, and writes the bundle anew when it goes on", async () => {
    const id = await ask(world, { kind: "export", input: { tenantKey: saltmarsh } });
    await wishDuring(id, "reserve name", "pause");
    expect((await rowOf(world, id)).state).toBe("paused");
    const { records, stores, engine } = world.console;
    const [reserved] = await records.select().from(bundles).where(eq(bundles.operationId, id));
    expect(reserved!.state).toBe("writing");
    expect((await stores.get("folder").list()).map(({ name }) => name)).not.toContain(reserved!.name);
    await wishOperation(engine, await world.actor("operator"), { operationId: id, wish: "resume" });
    await drive(world, id);
    expect((await rowOf(world, id)).state).toBe("succeeded");
    const [written] = await records.select().from(bundles).where(eq(bundles.operationId, id));
    expect(written).toMatchObject({ id: reserved!.id, state: "ready" });
  });

  it("by an abort after the file was written removes it, and its line in the list", async () => {
    const id = await ask(world, { kind: "export", input: { tenantKey: saltmarsh } });
    const files = (await world.console.stores.get("folder").list()).length;
    await wishDuring(id, "store that write is done", "abort");
    const row = await rowOf(world, id);
    expect(row.state).toBe("aborted");
    expect(await world.console.records.$count(bundles, eq(bundles.operationId, id))).toBe(0);
    expect((await world.console.stores.get("folder").list()).length).toBe(files);
  });

  it("by an abort in the middle of an import has changed nothing", async () => {
    const before = await readResidents(world.usClient, harborSpec());
    const id = await ask(world, { kind: "import", databaseId: world.usId, input: { bundleId } });
    await approve(world, id);
    await wishDuring(id, "save checkpoint of load", "abort");
    expect(await rowOf(world, id)).toMatchObject({ state: "aborted" });
    expect(changedResidents(before, await readResidents(world.usClient, harborSpec()))).toEqual([]);
  });
});

describe("two workers at once", () => {
  it.each([
    ["suspend", () => ({ kind: "suspend", input: { tenantKey: saltmarsh } })],
    ["import", () => ({ kind: "import", databaseId: world.usId, input: { bundleId } })],
  ])("%s once", async (_kind, asked) => {
    const id = await ask(world, asked());
    await approve(world, id);
    const driven = await Promise.all([drive(world, id), drive(world, id)]);
    expect(driven.toSorted()).toEqual(["ended", "not mine"]);
    expect((await rowOf(world, id)).state).toBe("succeeded");
    const begun = await world.console.records.$count(
      auditEntries,
      and(eq(auditEntries.operationId, id), eq(auditEntries.action, "operation.running")),
    );
    expect(begun).toBe(1);
  });
});
