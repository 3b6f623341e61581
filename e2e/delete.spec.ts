/** The most dangerous button: asked for by keyboard, approved by somebody else on a phone, certified, and undone. */
import { eq } from "drizzle-orm";
import { links } from "../components/links.ts";
import { tombstones } from "../lib/records/schema/tombstones.ts";
import { carryOut } from "./fixtures/operations.ts";
import { digestsOf, keyOfSlug, newActiveTenant, statusOf } from "./fixtures/tenants.ts";
import { expect, PHONE, test } from "./fixtures/test.ts";
import { withoutWindows } from "./fixtures/windows.ts";
import { enter, tabTo } from "./pages/keys.ts";
import { OperationPage, operationIdAt } from "./pages/operation-page.ts";
import { RequestPage } from "./pages/request-page.ts";
import { ReviewPage } from "./pages/review-page.ts";
import { TenantPage } from "./pages/tenant-page.ts";

test("a tenant is deleted on two people's word, by keyboard and on a phone, certified, and brought back", async ({
  signedIn,
  library,
  world,
}, testInfo) => {
  const hands = { library, world };
  const operator = await signedIn("operator");
  const reviewer = await signedIn("reviewer", { context: { ...PHONE, colorScheme: "dark" } });
  const { page } = operator;
  const request = new RequestPage(page);
  const operation = new OperationPage(page);
  const tenant = await newActiveTenant(hands, "bittern");
  const { key, slug } = tenant;
  const neighbour = (await keyOfSlug(world.eu.url, "tern-island"))!;
  const before = await digestsOf(world.eu.url, neighbour);
  const picture = (name: string) => ({ path: testInfo.outputPath(`${name}.png`), fullPage: true });

  await test.step("while it lives, every gate that is closed says what opens it", async () => {
    await request.open({ kind: "delete", database: world.eu.id, tenant: key });
    await request.preview.click();
    await expect(page.locator("main")).toContainText("The platform lets its users in");
    await expect(page.getByRole("link", { name: "Suspend it, with its fence" })).toBeVisible();
    await expect(request.send).toHaveCount(0);
    await page.screenshot(picture("gates-closed"));
  });

  const rows = await test.step("suspended behind its fence, exported and drilled", async () => {
    await carryOut(hands, { kind: "suspend", input: { tenantKey: key, fence: "on" } });
    const { result } = await carryOut(hands, { kind: "export", input: { tenantKey: key } });
    await carryOut(hands, { kind: "drill", input: { bundleId: result.links.bundle! } });
    await withoutWindows(hands, tenant);
    return digestsOf(world.eu.url, key);
  });

  const phrase =
    await test.step("asked for by keyboard: Cancel has the focus, the phrase is typed", async () => {
      await request.open({ kind: "delete", database: world.eu.id, tenant: key });
      await expect(page.getByRole("link", { name: "Cancel" })).toBeFocused();
      const bundle = request.field("Bundle that it could be brought back from");
      await expect(bundle).toContainText(/rows and \d+ common, drilled/);
      const held = / UTC, (\d+)\s/.exec((await bundle.textContent())!)![1];
      await enter(page, request.preview);
      await expect(request.plan).toContainText("public.organizations");
      const asked = (await page.locator("main form label code").textContent())!;
      expect(asked).toBe(`delete ${slug} and ${held} rows`);
      await tabTo(page, request.field(/^Reason/));
      await page.keyboard.type("the contract has ended");
      await tabTo(page, request.field(/^Type/));
      await page.keyboard.type("delete everything");
      await enter(page, request.send);
      await expect(request.refusal).toContainText("What you typed is not the phrase.");
      await request.field(/^Type/).fill(`  ${asked} `);
      await page.screenshot(picture("asked"));
      await enter(page, request.send);
      await page.waitForURL(/\/operations\/[0-9a-f-]{36}$/);
      await operation.becomes("in review");
      return asked;
    });
  const deletion = operationIdAt(page);

  await test.step("approved by another person on a phone, who types it too", async () => {
    const review = new ReviewPage(reviewer.page);
    await review.open(deletion);
    await review.judge();
    await review.approve.click();
    await expect(reviewer.page).toHaveURL(/\/review$/);
    await reviewer.page.getByRole("textbox", { name: /^Type/ }).fill(phrase);
    const { wide, screen } = await reviewer.page.evaluate(() => ({
      wide: document.documentElement.scrollWidth,
      screen: document.documentElement.clientWidth,
    }));
    expect(wide).toBeLessThanOrEqual(screen);
    await reviewer.page.screenshot(picture("review-on-a-phone"));
    await review.approve.click();
    await expect(reviewer.page).toHaveURL(/\/operations\/[0-9a-f-]{36}$/);
  });

  await test.step("run, proved, and certified", async () => {
    await operation.becomes("succeeded");
    await expect(operation.answers).toContainText("nothing of it is left");
    await page.screenshot(picture("deleted"));
    expect(await keyOfSlug(world.eu.url, slug)).toBeNull();
    const [stone] = await library.records
      .select()
      .from(tombstones)
      .where(eq(tombstones.operationId, deletion));
    expect(stone).toMatchObject({ state: "deleted", tenantKey: key, proof: { empty: true } });
    await page
      .getByRole("link", { name: /certificate/i })
      .first()
      .click();
    await expect(page.locator("main")).toContainText("public.organizations");
    await expect(page.locator("main")).not.toContainText(slug);
    await page.screenshot(picture("certificate"));
    await page.emulateMedia({ media: "print" });
    await page.screenshot(picture("certificate-printed"));
    await page.emulateMedia({ media: "screen" });
  });

  await test.step("brought back with the same ids, suspended", async () => {
    await page.goto(links.tenant("harbor", key, { database: "eu-1" }));
    await new TenantPage(page).isIn("deleted");
    await page.screenshot(picture("tombstone"));
    await new TenantPage(page).ask("Restore");
    await request.fill({ "Reason (required)": "it was a mistake" });
    await request.lookAtPlan();
    const restoring = await request.request();
    const review = new ReviewPage(reviewer.page);
    await review.open(restoring);
    await review.judge();
    await review.approve.click();
    await operation.becomes("succeeded");
    await page.screenshot(picture("restored"));
    expect(await statusOf(world.eu.url, key)).toBe("suspended");
    // A domain's token is a secret: no bundle holds it, and it comes back blank.
    const { "public.domains": domain, ...back } = await digestsOf(world.eu.url, key);
    expect(domain).toMatch(/^1 /);
    expect(rows).toMatchObject(back);
  });

  expect(await digestsOf(world.eu.url, neighbour)).toEqual(before);
});
