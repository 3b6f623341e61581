/** The walk through the console's operations on the demo platform: what each does, and that nobody else is touched. */
import { eq } from "drizzle-orm";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { bundles } from "../records/schema/bundles.ts";
import { tenants } from "../records/schema/tenants.ts";
import { harborSpec } from "../rows/testing/harbor-spec.ts";
import { compareTenants } from "../rows/testing/oracle.ts";
import { changedResidents, readResidents } from "../rows/testing/residents.ts";
import { carryOut, createTestWorld, keyOfSlug, statusOf, type TestWorld } from "./testing/world.ts";

let world: TestWorld;
let saltmarsh: string;
beforeAll(async () => {
  world = await createTestWorld();
  saltmarsh = (await keyOfSlug(world.euClient, "saltmarsh"))!;
}, 120_000);
afterAll(() => world.close());

describe("the walk", () => {
  let bundleId: string;

  it("exports a tenant by policy, as a support person, into a signed and listed bundle", async () => {
    const row = await carryOut(world, {
      kind: "export",
      input: { tenantKey: saltmarsh },
      by: "support",
      reason: "asked",
    });
    expect(row.result.sentence).toBe("It is done.");
    bundleId = row.result.links.bundle!;
    const [bundle] = await world.console.records.select().from(bundles).where(eq(bundles.id, bundleId));
    expect(bundle).toMatchObject({
      state: "ready",
      origin: "export",
      tenantSlug: "saltmarsh",
      signature: { state: "trusted" },
    });
    expect(bundle!.rows).toBeGreaterThan(100);
  });

  it("imports the bundle into the other region after a review, suspended, and touches nobody else", async () => {
    const spec = harborSpec();
    const before = await readResidents(world.usClient, spec);
    const row = await carryOut(world, { kind: "import", databaseId: world.usId, input: { bundleId } });
    expect(row.result.changed[0]).toContain("suspended");
    const key = row.result.links.tenant!;
    expect(row.tenantKey).toBe(key);
    expect(await statusOf(world.usClient, "saltmarsh")).toBe("suspended");
    const [listed] = await world.console.records.select().from(tenants).where(eq(tenants.key, key));
    expect(listed).toMatchObject({ slug: "saltmarsh", state: "suspended" });
    const verdict = await compareTenants(
      spec,
      { client: world.euClient, key: saltmarsh },
      { client: world.usClient, key },
    );
    expect(verdict.differences).toEqual([]);
    const changed = changedResidents(before, await readResidents(world.usClient, spec, key));
    expect(changed.filter((line) => !line.startsWith("public.users: 0 rows gone"))).toEqual([]);
  });

  it("suspends a tenant after a review and resumes it by policy, to the state that it had", async () => {
    await world.euClient.query("UPDATE organizations SET status = 'trial' WHERE slug = 'saltmarsh'");
    const suspended = await carryOut(world, { kind: "suspend", input: { tenantKey: saltmarsh } });
    expect(suspended.reviewsNeeded).toBe(1);
    expect(await statusOf(world.euClient, "saltmarsh")).toBe("suspended");
    const resumed = await carryOut(world, { kind: "resume", input: { tenantKey: saltmarsh } });
    expect(resumed.reviewsNeeded).toBe(0);
    expect(await statusOf(world.euClient, "saltmarsh")).toBe("trial");
  });

  it("creates a tenant from the platform file's rows, suspended", async () => {
    const before = await readResidents(world.euClient, harborSpec());
    const input = {
      slug: "newcomer",
      name: "Newcomer A/S",
      domains: "newcomer.example, mail.newcomer.example",
    };
    const row = await carryOut(world, { kind: "create", input });
    const key = await keyOfSlug(world.euClient, "newcomer");
    expect(row.result.links.tenant).toBe(key);
    expect(await statusOf(world.euClient, "newcomer")).toBe("suspended");
    const domains = await world.euClient.query("SELECT FROM domains WHERE organization_id = $1", [key]);
    expect(domains.rowCount).toBe(2);
    expect(changedResidents(before, await readResidents(world.euClient, harborSpec(), key))).toEqual([]);
  });
});
