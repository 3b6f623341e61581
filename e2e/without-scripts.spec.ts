/** The forms that matter work in a browser that runs no scripts. */
import { stat } from "node:fs/promises";
import { links } from "../components/links.ts";

import { approve, ask, ended } from "./fixtures/operations.ts";
import { newPerson } from "./fixtures/people.ts";
import { newActiveTenant, newTenant, statusOf } from "./fixtures/tenants.ts";
import { expect, PHONE, test } from "./fixtures/test.ts";
import { BundlePage } from "./pages/bundle-page.ts";
import { Frame } from "./pages/frame.ts";
import { OperationPage } from "./pages/operation-page.ts";
import { RequestPage } from "./pages/request-page.ts";
import { ReviewPage } from "./pages/review-page.ts";
import { SignInPage } from "./pages/sign-in-page.ts";
import { TenantPage } from "./pages/tenant-page.ts";
import { TenantsPage } from "./pages/tenants-page.ts";

const NO_SCRIPTS = { javaScriptEnabled: false };

test("from the sign-in to an approved run", async ({ stranger, library, world }) => {
  const tenant = await newActiveTenant({ library, world });
  const operator = { ...(await newPerson(library.records, "operator")), page: await stranger(NO_SCRIPTS) };
  const reviewer = {
    ...(await newPerson(library.records, "reviewer")),
    page: await stranger({ ...PHONE, ...NO_SCRIPTS }),
  };
  const { page } = operator;
  const operation = new OperationPage(page);
  const request = new RequestPage(page);

  await test.step("sign in, and find the tenant by the filter", async () => {
    await new SignInPage(page).open();
    await new SignInPage(page).signIn({ ...operator, password: "not this" });
    await expect(new SignInPage(page).refusal).toContainText("do not belong together");
    await new SignInPage(page).signIn(operator);
    await new Frame(page).heads("Overview");
    await new Frame(page).goTo("Tenants");
    const tenants = new TenantsPage(page);
    await tenants.search.fill(tenant.slug);
    await page.getByRole("button", { name: "Filter", exact: true }).click();
    await tenants.row(tenant.slug).getByRole("link", { name: tenant.slug }).click();
  });

  await test.step("look at the plan, then ask: what was typed stays", async () => {
    await new TenantPage(page).ask("Suspend");
    await request.fill({ Reason: "written without scripts" });
    await request.lookAtPlan();
    await expect(request.plan).toContainText("public.organizations");
    await expect(request.field("Reason")).toHaveValue("written without scripts");
    await request.request();
    await operation.becomes("in review");
  });

  await test.step("the reviewer's form refuses what is not complete, then approves", async () => {
    const review = new ReviewPage(reviewer.page);
    await new SignInPage(reviewer.page).open();
    await new SignInPage(reviewer.page).signIn(reviewer);
    await reviewer.page.goto(links.reviews());
    const line = reviewer.page.getByRole("listitem").filter({ hasText: tenant.slug });
    await line.getByRole("link", { name: "Review…" }).click();
    await review.judge();
    // White space passes the browser's own check.
    await reviewer.page.getByRole("textbox", { name: "Risk" }).fill("   ");
    await review.approve.click();
    await expect(review.refusal).toContainText("Not done: nothing was changed.");
    await expect(reviewer.page.getByRole("textbox", { name: "Intent" })).not.toBeEmpty();
    await review.judge();
    await review.approve.click();
    await expect(reviewer.page).toHaveURL(/\/operations\/[0-9a-f-]{36}$/);
  });

  await test.step("the page says the end when it is loaded again", async () => {
    const id = new URL(page.url()).pathname.split("/")[2]!;
    await ended(library, id);
    await page.reload();
    await operation.becomes("succeeded");
    expect(await statusOf(world.eu.url, tenant.key)).toBe("suspended");
  });
});

test("a request is withdrawn, and a plan rejected with its reason", async ({ signedIn, library, world }) => {
  const tenant = await newTenant({ library, world });
  const operator = await signedIn("operator", { context: NO_SCRIPTS });
  const reviewer = await signedIn("reviewer", { context: NO_SCRIPTS });
  const asked = { kind: "resume", input: { tenantKey: tenant.key } };
  const withdrawn = await ask({ library, world }, operator, asked);
  const operation = new OperationPage(operator.page);
  await operation.open(withdrawn);
  await operation.act("Withdraw");
  await operation.becomes("withdrawn");
  const rejected = await ask({ library, world }, operator, asked);
  const review = new ReviewPage(reviewer.page);
  await review.open(rejected);
  await review.judge();
  await reviewer.page.getByRole("textbox", { name: "Reason" }).fill("not before Monday");
  await review.reject.click();
  await operation.open(rejected);
  await operation.becomes("rejected");
  await expect(operator.page.locator("main")).toContainText("not before Monday");
  const again = await ask({ library, world }, operator, asked);
  await approve({ library, world }, reviewer, again);
  expect((await ended(library, again)).state).toBe("succeeded");
});

test("a bundle is downloaded after saying why", async ({ signedIn, world }) => {
  const { page } = await signedIn("support", { context: NO_SCRIPTS });
  const bundle = new BundlePage(page);
  await bundle.open(world.bundleId);
  const download = await bundle.download("the customer asked for a copy");
  expect((await stat(await download.path())).size).toBeGreaterThan(1000);
  const packaged = page.waitForEvent("download");
  await page.getByRole("link", { name: "Customer package (CSV)" }).click();
  expect((await packaged).suggestedFilename()).toMatch(/^saltmarsh-.*-csv\.zip$/);
  await (await packaged).path();
  await bundle.open(world.bundleId);
  await expect(bundle.downloads).toContainText("the customer asked for a copy");
});
