/** An open page follows its operation: pushed, caught up after a break, asked for where nothing is pushed. */
import { eq, sql } from "drizzle-orm";
import { links } from "../components/links.ts";
import type { Console } from "../lib/operations/console.ts";
import { operationEvents } from "../lib/records/schema/operation-events.ts";
import { operations } from "../lib/records/schema/operations.ts";
import { approve, ask, ended, hold, release } from "./fixtures/operations.ts";
import { newPerson } from "./fixtures/people.ts";
import { newTenant } from "./fixtures/tenants.ts";
import { expect, test } from "./fixtures/test.ts";
import { openWire } from "./fixtures/wire.ts";
import { OperationPage } from "./pages/operation-page.ts";

test("a page whose stream is cut catches up: each event once, from the last that it had", async ({
  signedIn,
  library,
  world,
}) => {
  const tenant = await newTenant({ library, world });
  const wire = await openWire(world.address);
  try {
    const { page, ...operator } = await signedIn("operator", { context: { baseURL: wire.address } });
    const reviewer = await newPerson(library.records, "reviewer");
    const id = await ask({ library, world }, operator, { kind: "resume", input: { tenantKey: tenant.key } });
    const operation = new OperationPage(page);
    await operation.open(id);
    await operation.hears("live");
    await hold(library, id);
    await approve({ library, world }, reviewer, id);
    await operation.becomes("queued");
    const heard = await lastEventOf(library, id);
    const askedAgain = page.waitForRequest((request) => request.url().includes(links.operationEvents(id)));
    wire.cut();
    await operation.hears("offline");
    await release(library, id);
    expect((await ended(library, id)).state).toBe("succeeded");
    await operation.becomes("queued");
    wire.mend();
    await operation.becomes("succeeded");
    await operation.hears("over");
    expect((await (await askedAgain).allHeaders())["last-event-id"]).toBe(String(heard));
    await expect(operation.log.getByText("A reviewer approved.")).toHaveCount(1);
    await expect(operation.log.getByText("running → succeeded")).toHaveCount(1);
  } finally {
    await wire.close();
  }
});

test("where no stream gets through, the page asks", async ({ signedIn, library, world }) => {
  const tenant = await newTenant({ library, world });
  const operator = await signedIn("operator");
  const reviewer = await newPerson(library.records, "reviewer");
  const id = await ask({ library, world }, operator, { kind: "resume", input: { tenantKey: tenant.key } });
  const isStream = (url: URL) => url.pathname === links.operationEvents(id) && !url.searchParams.has("poll");
  // As a proxy that lets no streams through.
  await operator.page.route(isStream, (route) => route.fulfill({ status: 502 }));
  const operation = new OperationPage(operator.page);
  await operation.open(id);
  await operation.hears("polling");
  await approve({ library, world }, reviewer, id);
  await operation.becomes("succeeded");
  await expect(operation.log.getByText("A reviewer approved.")).toHaveCount(1);
  await operation.hears("over");
});

test("a run says how it is: waiting, moving, lost with its worker, and done by the next", async ({
  signedIn,
  library,
  world,
}) => {
  const tenant = await newTenant({ library, world });
  const operator = await signedIn("operator");
  const reviewer = await newPerson(library.records, "reviewer");
  const id = await ask({ library, world }, operator, { kind: "resume", input: { tenantKey: tenant.key } });
  await hold(library, id);
  await approve({ library, world }, reviewer, id);
  const operation = new OperationPage(operator.page);
  await operation.open(id);
  await expect(operation.run.getByRole("status")).toContainText("no worker has taken it up yet");
  const heartbeat = (secondsAgo: number) =>
    library.records
      .update(operations)
      .set({ state: "running", heartbeatAt: sql`now() - make_interval(secs => ${secondsAgo})` })
      .where(eq(operations.id, id));
  await heartbeat(0);
  await expect(operation.run.getByRole("status")).toContainText(/moving|its worker is alive/);
  await heartbeat(50);
  await expect(operation.run.getByRole("status")).toContainText("no sign of life for");
  await expect(operation.run.getByRole("status")).toContainText(`holding tenant ${tenant.slug} in eu-1`);
  await release(library, id);
  await operation.becomes("succeeded");
  await expect(operation.run).toHaveCount(0);
});

async function lastEventOf({ records }: Console, operationId: string): Promise<number | null> {
  const [row] = await records
    .select({ id: sql<number>`max(${operationEvents.id})::int` })
    .from(operationEvents)
    .where(eq(operationEvents.operationId, operationId));
  return row?.id ?? null;
}
