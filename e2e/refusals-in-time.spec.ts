/** What was right when it was asked or approved, and is not any more: refused on the page, and by the address behind it. */
import type { Page } from "@playwright/test";
import { eq, sql } from "drizzle-orm";
import { links } from "../components/links.ts";
import { revokeRole } from "../lib/access/people.ts";
import { operations } from "../lib/records/schema/operations.ts";
import { reviews } from "../lib/records/schema/reviews.ts";
import { heldSuspension } from "./fixtures/held-suspension.ts";
import { approve, ask, ended, hold, release, rowOf } from "./fixtures/operations.ts";
import { newPerson } from "./fixtures/people.ts";
import { postOf, send } from "./fixtures/posts.ts";
import { type NewTenant, newActiveTenant, onDatabase, statusOf } from "./fixtures/tenants.ts";
import { expect, test } from "./fixtures/test.ts";
import type { World } from "./fixtures/world.ts";
import { OperationPage } from "./pages/operation-page.ts";
import { ReviewPage } from "./pages/review-page.ts";
import { panel } from "./pages/tenant-page.ts";

const WITHOUT_SCRIPTS = { context: { javaScriptEnabled: false } };

/** As the platform's own application may at any time: a plan names its tenant. */
async function rename({ eu }: World, { key }: NewTenant, name: string): Promise<void> {
  await onDatabase(eu.url, (client) =>
    client.query("UPDATE organizations SET name = $2 WHERE id = $1", [key, name]),
  );
}

/** The review's form with all that a reviewer says, as it would be sent from the page that is open. */
async function judged(page: Page, id: string) {
  const review = new ReviewPage(page);
  await review.open(id);
  await review.judge();
  return postOf(page, "Approve");
}

test("a plan that is out of date: the reviewer sees what changed, and an approval of the former one is refused", async ({
  signedIn,
  library,
  world,
}) => {
  const tenant = await newActiveTenant({ library, world });
  const operator = await signedIn("operator");
  const reviewer = await signedIn("reviewer");
  const other = await signedIn("reviewer", WITHOUT_SCRIPTS);
  const id = await ask({ library, world }, operator, { kind: "suspend", input: { tenantKey: tenant.key } });
  const review = new ReviewPage(reviewer.page);
  await review.open(id);
  await review.judge();
  const former = await judged(other.page, id);
  await rename(world, tenant, "Heron & Daughters");
  await new ReviewPage(other.page).open(id);
  const since = panel(other.page, "Changed since it was planned");
  await expect(since.getByRole("deletion")).toHaveText(tenant.name);
  await expect(since.getByRole("insertion")).toHaveText("Heron & Daughters");

  const operation = new OperationPage(operator.page);
  await operation.open(id);
  await operation.act("Plan again");
  await expect(panel(operator.page, "What changed since the former plan")).toContainText("Heron & Daughters");
  await operation.becomes("in review");

  await review.approve.click();
  await expect(review.refusal).toContainText("The plan is no longer the one that you looked at.");
  await expect(reviewer.page.getByRole("textbox", { name: "Intent" })).not.toBeEmpty();
  const refused = await send(world, former, { as: other });
  expect(refused).toMatchObject({ status: 200, location: null });
  expect(refused.text).toContain("The plan is no longer the one that you looked at.");
  expect(await library.records.$count(reviews, eq(reviews.operationId, id))).toBe(0);

  await reviewer.page.getByRole("link", { name: "Look at the plan as it is now" }).click();
  await expect(panel(reviewer.page, "What is asked for")).toContainText("Heron & Daughters");
  await review.judge();
  await review.approve.click();
  await operation.becomes("succeeded");
  expect(await statusOf(world.eu.url, tenant.key)).toBe("suspended");
});

test("approved, and then the world changed: the worker stops before its first write, and the page says what changed", async ({
  signedIn,
  library,
  world,
}) => {
  const operator = await signedIn("operator");
  const held = await heldSuspension({ library, world }, operator);
  const { tenant, id, operation } = held;
  await operation.becomes("queued");
  await rename(world, tenant, "Heron & Sons");
  await release(library, id);
  await operation.becomes("superseded");
  const changes = panel(operator.page, "What changed since the plan that was approved");
  await expect(changes.getByRole("deletion")).toHaveText(tenant.name);
  await expect(changes.getByRole("insertion")).toHaveText("Heron & Sons");
  expect(await statusOf(world.eu.url, tenant.key)).toBe("active");
  await held.residentsAreAsBefore();
  await operation.act("Plan again");
  await operation.becomes("in review");
});

test("an approval that was not used in time: the run does not begin, and no review is taken for it", async ({
  signedIn,
  library,
  world,
}) => {
  const tenant = await newActiveTenant({ library, world });
  const operator = await signedIn("operator");
  const late = await signedIn("reviewer", WITHOUT_SCRIPTS);
  const id = await ask({ library, world }, operator, { kind: "suspend", input: { tenantKey: tenant.key } });
  const form = await judged(late.page, id);
  await hold(library, id);
  await approve({ library, world }, await newPerson(library.records, "reviewer"), id);
  const operation = new OperationPage(operator.page);
  await operation.open(id);
  await operation.becomes("queued");
  await library.records
    .update(operations)
    .set({ expiresAt: sql`now() - interval '1 second'` })
    .where(eq(operations.id, id));
  await release(library, id);
  await operation.becomes("expired");
  await expect(operation.timeline).toContainText("The approval was not used in time.");
  expect(await statusOf(world.eu.url, tenant.key)).toBe("active");

  const refused = await send(world, form, { as: late });
  expect(refused).toMatchObject({ status: 200, location: null });
  await new ReviewPage(late.page).open(id);
  await new ReviewPage(late.page).saysWhyNot("It is expired: there is nothing to decide.");
  expect(await library.records.$count(reviews, eq(reviews.operationId, id))).toBe(1);
  expect((await rowOf(library, id)).state).toBe("expired");
});

test("a reviewer whose role was taken away between review and run: the approval counts no more", async ({
  signedIn,
  library,
  world,
}) => {
  const tenant = await newActiveTenant({ library, world });
  const admin = await newPerson(library.records, "admin");
  const operator = await signedIn("operator");
  const revoked = await signedIn("reviewer", WITHOUT_SCRIPTS);
  const id = await ask({ library, world }, operator, { kind: "suspend", input: { tenantKey: tenant.key } });
  await hold(library, id);
  const form = await judged(revoked.page, id);
  expect((await send(world, form, { as: revoked })).location).toContain(links.operation(id));
  const operation = new OperationPage(operator.page);
  await operation.open(id);
  await operation.becomes("queued");
  await revokeRole(library.records, admin.actor, revoked.actor.personId, "reviewer");
  await release(library, id);
  await operation.becomes("in review");
  await expect(operation.timeline).toContainText("0 of 1 given");
  expect(await statusOf(world.eu.url, tenant.key)).toBe("active");

  const answer = await revoked.page.goto(links.operationReview(id));
  expect(answer!.status()).toBe(403);
  const refused = await send(world, form, { as: revoked });
  expect(refused.status).toBe(403);
  expect((await rowOf(library, id)).state).toBe("in_review");

  await approve({ library, world }, await newPerson(library.records, "reviewer"), id);
  await operation.becomes("succeeded");
  expect((await ended(library, id)).state).toBe("succeeded");
});
