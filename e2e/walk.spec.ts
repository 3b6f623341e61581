import type { Page } from "@playwright/test";
import { eq } from "drizzle-orm";
import { links } from "../components/links.ts";
import { fileSource } from "../lib/bundle/stores/file-source.ts";
import { verifyBundle } from "../lib/bundle/verify.ts";
import { bundles } from "../lib/records/schema/bundles.ts";
import { harborSpec } from "../lib/rows/testing/harbor-spec.ts";
import { compareTenants } from "../lib/rows/testing/oracle.ts";
import { newPerson, type Person } from "./fixtures/people.ts";
import { digestsOf, keyOfSlug, newSlug, onDatabase, statusOf } from "./fixtures/tenants.ts";
import { expect, PHONE, test } from "./fixtures/test.ts";
import { BundlePage } from "./pages/bundle-page.ts";
import { Frame } from "./pages/frame.ts";
import { OperationPage } from "./pages/operation-page.ts";
import { RequestPage } from "./pages/request-page.ts";
import { ReviewPage } from "./pages/review-page.ts";
import { SignInPage } from "./pages/sign-in-page.ts";
import { TenantPage } from "./pages/tenant-page.ts";
import { TenantsPage } from "./pages/tenants-page.ts";

async function signIn(page: Page, person: Person): Promise<void> {
  await new SignInPage(page).open();
  await new SignInPage(page).signIn(person);
  await new Frame(page).heads("Overview");
}

/** From the inbox, as a reviewer on a phone would: a look at the plan, four sentences, Approve. */
async function approveOnPhone(page: Page, tenant: string): Promise<void> {
  await page.goto(links.reviews());
  const waiting = page.getByRole("listitem").filter({ hasText: tenant });
  await waiting.getByRole("link", { name: "Review…" }).click();
  const review = new ReviewPage(page);
  await expect(page.getByText("Planned again just now: it would do exactly this.")).toBeVisible();
  await review.judge();
  await review.approve.click();
  await expect(page).toHaveURL(/\/operations\/[0-9a-f-]{36}$/);
}

/** Nothing on the page is wider than the screen. */
async function fits(page: Page): Promise<void> {
  const { wide, screen } = await page.evaluate(() => ({
    wide: document.documentElement.scrollWidth,
    screen: document.documentElement.clientWidth,
  }));
  expect(wide).toBeLessThanOrEqual(screen);
}

test("a tenant is exported, looked into, downloaded, and imported beside itself after another person's review", async ({
  stranger,
  library,
  world,
}, testInfo) => {
  const operator = { ...(await newPerson(library.records, "operator")), page: await stranger() };
  const reviewer = { ...(await newPerson(library.records, "reviewer")), page: await stranger(PHONE) };
  const slug = newSlug("kestrel-copy");
  const original = (await keyOfSlug(world.eu.url, "kestrel"))!;
  const neighbour = (await keyOfSlug(world.eu.url, "tern-island"))!;
  const before = [await digestsOf(world.eu.url, original), await digestsOf(world.eu.url, neighbour)];
  const { page } = operator;
  const operation = new OperationPage(page);
  const request = new RequestPage(page);
  const bundle = new BundlePage(page);
  /** Host names: the original's, and what each is to be called. */
  const domains = new Map<string, string>();
  let bundleId = "";

  await test.step("sign in and find the tenant", async () => {
    await signIn(page, operator);
    await new Frame(page).goTo("Tenants");
    const tenants = new TenantsPage(page);
    await tenants.find("kestrel");
    await tenants.row("kestrel").getByRole("link", { name: "kestrel", exact: true }).click();
    await new Frame(page).heads(/Kestrel & Vane/);
  });

  await test.step("export it, and watch it live", async () => {
    await new TenantPage(page).ask("Export");
    await request.lookAtPlan();
    await expect(request.plan).toContainText("public.shipments");
    await request.fill({ Reason: "the customer asked for it" });
    const stream = page.waitForResponse((answer) => answer.url().includes("/events"));
    await request.request();
    expect((await stream).headers()["content-type"]).toContain("text/event-stream");
    await operation.becomes("succeeded");
    await operation.hears("over");
    await expect(operation.answers).toContainText("the customer asked for it");
    await page.screenshot({ path: testInfo.outputPath("exported.png") });
  });

  await test.step("look into the bundle, and download it", async () => {
    await page.getByRole("link", { name: "Open the bundle" }).click();
    await expect(bundle.header).toContainText("ready");
    await expect(bundle.file).toContainText("trusted");
    await expect(bundle.contents.getByRole("table")).toContainText("public.shipments");
    bundleId = new URL(page.url()).pathname.split("/")[2]!;
    const download = await bundle.download("the customer wants a copy");
    const path = await download.path();
    const source = await fileSource(path);
    const { findings, sha256 } = await verifyBundle(source).finally(() => source.close());
    expect(findings.filter(({ severity }) => severity === "blocks")).toEqual([]);
    const [known] = await library.records.select().from(bundles).where(eq(bundles.id, bundleId));
    expect(sha256).toBe(known!.sha256);
    await bundle.open(bundleId);
    await expect(bundle.downloads).toContainText(operator.actor.name);
    await expect(bundle.downloads).toContainText("the customer wants a copy");
  });

  await test.step("drill it: restored on a throwaway server, and evidence on its page", async () => {
    await page.getByRole("link", { name: "Drill…" }).click();
    await expect(request.field("By the schema of")).toHaveValue(world.eu.id);
    await request.lookAtPlan();
    await expect(request.plan).toContainText("a throwaway server");
    await request.request();
    await operation.becomes("succeeded");
    await expect(operation.answers).toContainText("What was restored is thrown away again.");
    await bundle.open(bundleId);
    await expect(bundle.drills).toContainText(/passed .* restored in/);
  });

  await test.step("ask for an import beside the original: names are taken", async () => {
    await page.getByRole("link", { name: "Import…" }).click();
    await page.getByLabel("Into database").selectOption({ label: "harbor · eu-1 (eu)" });
    await request.fill({ Reason: "a copy to train on" });
    await request.preview.click();
    await expect(request.plan).toContainText("slug-taken");
    await expect(request.field("New slug")).toHaveAttribute("aria-invalid", "true");
    await expect(request.field("Reason")).toHaveValue("a copy to train on");
    await request.fill({ "New slug": slug });
    for (const field of await page.getByRole("group", { name: "New domains" }).getByRole("textbox").all()) {
      const [, domain] = (await field.getAttribute("name"))!.split(":") as [string, string];
      domains.set(domain, `${domains.size}.${slug}.example`);
      await field.fill(domains.get(domain)!);
    }
    await request.lookAtPlan();
    await expect(request.send).toHaveText("Send to review");
    await request.request();
    await operation.becomes("in review");
    await page.screenshot({ path: testInfo.outputPath("in-review.png"), fullPage: true });
  });

  await test.step("the reviewer approves on a phone; the operator's page says so by itself", async () => {
    await signIn(reviewer.page, reviewer);
    await approveOnPhone(reviewer.page, slug);
    await fits(reviewer.page);
    await reviewer.page.screenshot({ path: testInfo.outputPath("approved-on-a-phone.png"), fullPage: true });
    await operation.becomes("succeeded");
    await operation.hears("over");
    await expect(operation.timeline).toContainText("Done and proved.");
    await expect(operation.log).toContainText("approved");
    await page.screenshot({ path: testInfo.outputPath("imported.png"), fullPage: true });
  });

  const key = await test.step("the copy is there, suspended, and is the same in every row", async () => {
    await page.getByRole("link", { name: "Open the tenant" }).click();
    await new TenantPage(page).isIn("suspended");
    const found = (await keyOfSlug(world.eu.url, slug))!;
    expect(page.url()).toContain(found);
    expect(await statusOf(world.eu.url, found)).toBe("suspended");
    const verdict = await onDatabase(world.eu.url, (client) =>
      compareTenants(harborSpec({ slug, domains }), { client, key: original }, { client, key: found }),
    );
    expect(verdict).toMatchObject({ differences: [], keptIds: [] });
    return found;
  });

  await test.step("resume it: asked, reviewed, active", async () => {
    await new TenantPage(page).ask("Resume");
    await request.fill({ "Reason (required)": "the training begins" });
    await request.request();
    await approveOnPhone(reviewer.page, slug);
    await operation.becomes("succeeded");
    expect(await statusOf(world.eu.url, key)).toBe("active");
    await page.getByRole("link", { name: "Open the tenant" }).click();
    await new TenantPage(page).isIn("active");
  });

  await test.step("nobody else's row has changed", async () => {
    const after = [await digestsOf(world.eu.url, original), await digestsOf(world.eu.url, neighbour)];
    expect(after).toEqual(before);
  });
});

test("a tenant is created, suspended after a review, and resumed by who had it suspended", async ({
  signedIn,
  world,
}) => {
  const operator = await signedIn("operator");
  const reviewer = await signedIn("reviewer", { context: PHONE });
  const { page } = operator;
  const operation = new OperationPage(page);
  const request = new RequestPage(page);
  const slug = newSlug("avocet");

  await test.step("create", async () => {
    await new TenantsPage(page).open();
    await page.getByRole("link", { name: "Create tenant" }).click();
    await page.getByLabel("Into database").selectOption({ label: "harbor · us-1 (us)" });
    await request.fill({
      "Name (required)": "Avocet Freight",
      "Slug (required)": slug,
      Domains: `${slug}.example`,
      "Reason (required)": "a new customer",
    });
    await request.lookAtPlan();
    await request.request();
    await approveOnPhone(reviewer.page, slug);
    await operation.becomes("succeeded");
    await page.getByRole("link", { name: "Open the tenant" }).click();
    await new TenantPage(page).isIn("suspended");
    expect(await statusOf(world.us.url, (await keyOfSlug(world.us.url, slug))!)).toBe("suspended");
  });

  await test.step("resume the new one, which asks for a review", async () => {
    await new TenantPage(page).ask("Resume");
    await request.fill({ "Reason (required)": "the contract is signed" });
    await request.request();
    await approveOnPhone(reviewer.page, slug);
    await operation.becomes("succeeded");
  });

  const write = async () => {
    const key = await keyOfSlug(world.us.url, slug);
    return onDatabase(world.us.url, (client) =>
      client.query("UPDATE organizations SET name = name WHERE id = $1", [key]),
    );
  };

  await test.step("suspend, behind a fence: the database refuses the tenant's writes", async () => {
    await page.getByRole("link", { name: "Open the tenant" }).click();
    await new TenantPage(page).isIn("active");
    await new TenantPage(page).ask("Suspend");
    await page.getByLabel("Fence it: the database refuses its writes").check();
    await request.fill({ "Reason (required)": "the invoices are not paid" });
    await request.lookAtPlan();
    await expect(request.plan).toContainText("tenantry.fence");
    await request.request();
    await approveOnPhone(reviewer.page, slug);
    await operation.becomes("succeeded");
  });

  await test.step("resume by policy: nobody has to review it", async () => {
    await page.getByRole("link", { name: "Open the tenant" }).click();
    await new TenantPage(page).isIn("suspended");
    await expect(page.locator("main")).toContainText("held since");
    await expect(write()).rejects.toMatchObject({ code: "MV001" });
    await new TenantPage(page).ask("Resume");
    await request.fill({ "Reason (required)": "they are paid" });
    await request.lookAtPlan();
    await expect(request.send).toHaveText("Resume");
    await request.request();
    await operation.becomes("succeeded");
    await expect(operation.timeline).toContainText("Passes by policy.");
    expect(await statusOf(world.us.url, (await keyOfSlug(world.us.url, slug))!)).toBe("active");
    expect((await write()).rowCount).toBe(1);
  });
});
