/** Who may not: refused by the page, and by the address behind it when the page is gone around. */
import { randomUUID } from "node:crypto";
import { eq } from "drizzle-orm";
import { links } from "../components/links.ts";
import { signPersonOut } from "../lib/access/people.ts";
import { operations } from "../lib/records/schema/operations.ts";
import { approve, ask, ended, rowOf } from "./fixtures/operations.ts";
import { newPerson } from "./fixtures/people.ts";
import { fetchAs, postOf, send } from "./fixtures/posts.ts";
import { newActiveTenant, newTenant } from "./fixtures/tenants.ts";
import { expect, test } from "./fixtures/test.ts";
import { Frame } from "./pages/frame.ts";
import { OperationPage } from "./pages/operation-page.ts";
import { RequestPage } from "./pages/request-page.ts";
import { ReviewPage } from "./pages/review-page.ts";
import { SignInPage } from "./pages/sign-in-page.ts";
import { TenantPage } from "./pages/tenant-page.ts";

const WITHOUT_SCRIPTS = { context: { javaScriptEnabled: false } };

test.describe("the wrong role", () => {
  test("is told on the tenant's page what it takes, and finds no form", async ({
    signedIn,
    library,
    world,
  }) => {
    const tenant = await newTenant({ library, world });
    const { page } = await signedIn("viewer");
    const shown = new TenantPage(page);
    await shown.open(tenant.key);
    await expect(shown.action("Export")).toContainText(
      "Needs the role support or operator or reviewer or admin",
    );
    await expect(shown.action("Export").getByRole("link")).toHaveCount(0);
    await new RequestPage(page).open({ kind: "resume", database: world.eu.id, tenant: tenant.key });
    await expect(new RequestPage(page).send).toHaveCount(0);
    await expect(page.locator("main")).toContainText("operator or admin");
  });

  test("gets nothing done by sending an operator's form", async ({ signedIn, library, world }) => {
    const tenant = await newTenant({ library, world });
    const operator = await signedIn("operator", WITHOUT_SCRIPTS);
    const support = await newPerson(library.records, "support");
    const request = new RequestPage(operator.page);
    await request.open({ kind: "resume", database: world.eu.id, tenant: tenant.key });
    await request.fill({ Reason: "by somebody else" });
    const form = await postOf(operator.page, "Send to review");
    const refused = await send(world, form, { as: support });
    // The page that answers is theirs: it has no such form.
    expect(refused).toMatchObject({ status: 200, location: null });
    expect(refused.text).toContain("operator or admin");
    const stored = () =>
      library.records.$count(operations, eq(operations.idempotencyKey, form.fields.idempotencyKey!));
    expect(await stored()).toBe(0);
    // The form itself was good.
    const taken = await send(world, form, { as: operator });
    expect(taken.status).toBe(303);
    expect(await stored()).toBe(1);
  });

  test("is kept out of the settings of people", async ({ signedIn }) => {
    const { page } = await signedIn("operator");
    const answer = await page.goto(links.people());
    expect(answer!.status()).toBe(403);
    await new Frame(page).heads("Your roles do not allow this");
  });
});

test.describe("one's own request", () => {
  test("is not reviewed by oneself, whatever one's roles: not on the page, not by its form", async ({
    signedIn,
    library,
    world,
  }) => {
    const tenant = await newTenant({ library, world });
    const admin = await signedIn("admin");
    const reviewer = await signedIn("reviewer", WITHOUT_SCRIPTS);
    const id = await ask({ library, world }, admin, { kind: "resume", input: { tenantKey: tenant.key } });
    const own = new ReviewPage(admin.page);
    await own.open(id);
    await own.saysWhyNot("You asked for it yourself; another person reviews it.");
    const review = new ReviewPage(reviewer.page);
    await review.open(id);
    await review.judge();
    const form = await postOf(reviewer.page, "Approve");
    const refused = await send(world, form, { as: admin });
    expect(refused).toMatchObject({ status: 200, location: null });
    expect(refused.text).toContain("You asked for it yourself");
    expect((await rowOf(library, id)).state).toBe("in_review");
    const taken = await send(world, form, { as: reviewer });
    expect(taken.status).toBe(303);
    expect((await ended(library, id)).state).toBe("succeeded");
  });
});

test.describe("no session", () => {
  test("forged forms lead to the sign-in, and nothing is stored", async ({ signedIn, library, world }) => {
    const tenant = await newTenant({ library, world });
    const operator = await signedIn("operator", WITHOUT_SCRIPTS);
    const request = new RequestPage(operator.page);
    await request.open({ kind: "resume", database: world.eu.id, tenant: tenant.key });
    await request.fill({ Reason: "by nobody" });
    const form = await postOf(operator.page, "Send to review");
    const sent = await send(world, form, { as: null });
    expect(sent.status).toBe(303);
    expect(sent.location).toContain(links.signIn());
    expect(
      await library.records.$count(operations, eq(operations.idempotencyKey, form.fields.idempotencyKey!)),
    ).toBe(0);
  });

  test("a form from another site is not taken, session or not", async ({ signedIn, library, world }) => {
    const tenant = await newTenant({ library, world });
    const operator = await signedIn("operator", WITHOUT_SCRIPTS);
    const request = new RequestPage(operator.page);
    await request.open({ kind: "resume", database: world.eu.id, tenant: tenant.key });
    await request.fill({ Reason: "by another site" });
    const form = await postOf(operator.page, "Send to review");
    const sent = await send(world, form, { as: operator, origin: "https://elsewhere.example" });
    expect(sent.status).toBeGreaterThanOrEqual(400);
    expect(
      await library.records.$count(operations, eq(operations.idempotencyKey, form.fields.idempotencyKey!)),
    ).toBe(0);
  });

  test("addresses for programs answer 401, and 404 for ids that nobody has", async ({
    signedIn,
    library,
    world,
  }) => {
    const tenant = await newTenant({ library, world });
    const operator = await signedIn("operator");
    const id = await ask({ library, world }, operator, { kind: "resume", input: { tenantKey: tenant.key } });
    const unknown = randomUUID();
    for (const path of [links.operationEvents(id), links.bundleFile(unknown), links.palette("kestrel")]) {
      expect((await fetchAs(world, null, path)).status, path).toBe(401);
    }
    for (const path of [links.operationEvents(unknown), links.bundleFile(unknown)])
      expect((await fetchAs(world, operator, path)).status, path).toBe(404);
    for (const path of [
      links.operation(unknown),
      links.operationReview(unknown),
      links.bundle(unknown),
      links.tenant("harbor", unknown),
      links.tenants("nowhere"),
      links.operation("no-id-at-all"),
    ]) {
      const answer = await operator.page.goto(path);
      expect(answer!.status(), path).toBe(404);
      await new Frame(operator.page).heads("There is no such thing here");
    }
  });

  test("one that is ended elsewhere ends here with the next click, and its stream by itself", async ({
    signedIn,
    library,
    world,
  }) => {
    const tenant = await newTenant({ library, world });
    const admin = await newPerson(library.records, "admin");
    const operator = await signedIn("operator");
    const id = await ask({ library, world }, operator, { kind: "resume", input: { tenantKey: tenant.key } });
    const operation = new OperationPage(operator.page);
    await operation.open(id);
    await operation.hears("live");
    await signPersonOut(library.records, admin.actor, operator.actor.personId);
    // The stream asks again whom it serves; the page then reads itself again, and that needs a session.
    await new SignInPage(operator.page).isShown();
  });
});

test.describe("a bundle", () => {
  test("is not downloaded by who may only look", async ({ signedIn, world }) => {
    const viewer = await signedIn("viewer");
    const refused = await fetchAs(world, viewer, links.bundleFile(world.bundleId));
    expect(refused.status).toBe(403);
    await viewer.page.goto(links.bundle(world.bundleId));
    await expect(viewer.page.getByRole("link", { name: "Download…" })).toHaveCount(0);
    expect((await fetchAs(world, viewer, links.bundleDownload(world.bundleId))).status).toBe(403);
    await expect(viewer.page.locator("main header").first()).toContainText("Needs the role");
  });

  test("of nobody cannot be imported, whatever id the form is made to hold", async ({
    signedIn,
    library,
    world,
  }) => {
    const operator = await signedIn("operator", WITHOUT_SCRIPTS);
    const request = new RequestPage(operator.page);
    await request.open({ kind: "import", bundle: world.bundleId });
    await operator.page.getByLabel("Into database").selectOption({ label: "harbor · us-1 (us)" });
    await request.fill({ Reason: "another's" });
    const form = await postOf(operator.page, "Send to review");
    const forged = { ...form, fields: { ...form.fields, bundleId: randomUUID() } };
    const refused = await send(world, forged, { as: operator });
    expect(refused.text).toContain("bundle-of-another");
    expect(
      await library.records.$count(operations, eq(operations.idempotencyKey, form.fields.idempotencyKey!)),
    ).toBe(0);
  });
});

test("a form that is sent twice at once is one operation", async ({ signedIn, library, world }) => {
  const tenant = await newActiveTenant({ library, world });
  const operator = await signedIn("operator", WITHOUT_SCRIPTS);
  const reviewer = await newPerson(library.records, "reviewer");
  const request = new RequestPage(operator.page);
  await request.open({ kind: "suspend", database: world.eu.id, tenant: tenant.key });
  await request.fill({ Reason: "sent twice" });
  const form = await postOf(operator.page, "Send to review");
  const sent = await Promise.all([1, 2, 3].map(() => send(world, form, { as: operator })));
  expect(sent.map(({ status }) => status)).toEqual([303, 303, 303]);
  expect(new Set(sent.map(({ location }) => location)).size).toBe(1);
  const [row] = await library.records
    .select({ id: operations.id })
    .from(operations)
    .where(eq(operations.idempotencyKey, form.fields.idempotencyKey!));
  await approve({ library, world }, reviewer, row!.id);
  expect((await ended(library, row!.id)).state).toBe("succeeded");
  // Sent once more after its end it is still that one.
  expect((await send(world, form, { as: operator })).location).toContain(row!.id);
});
