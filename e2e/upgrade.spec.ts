/** An old bundle: refused by an import, which offers an upgrade; upgraded on a throwaway server, and imported. */
import { createReadStream } from "node:fs";
import { fileURLToPath } from "node:url";
import { receiveUpload } from "../lib/operations/uploads/receive.ts";
import { approve } from "./fixtures/operations.ts";
import { newPerson } from "./fixtures/people.ts";
import { digestsOf, keyOfSlug, newSlug, statusOf } from "./fixtures/tenants.ts";
import { expect, test } from "./fixtures/test.ts";
import { OperationPage, operationIdAt } from "./pages/operation-page.ts";
import { RequestPage } from "./pages/request-page.ts";

/** Written some migrations before the newest. */
const OLD = new URL("../lib/rows/testing/harbor-versions/20241014090000.tar.zst", import.meta.url);

test("an old bundle is refused by an import, upgraded from there, and imported", async ({
  signedIn,
  library,
  world,
}, testInfo) => {
  const { page } = await signedIn("operator");
  const request = new RequestPage(page);
  const operation = new OperationPage(page);
  const slug = newSlug("back-again");
  const neighbour = (await keyOfSlug(world.eu.url, "tern-island"))!;
  const before = await digestsOf(world.eu.url, neighbour);
  const admin = await newPerson(library.records, "admin");
  const taken = await receiveUpload(library, admin.actor, {
    platformId: world.platformId,
    fileName: `${slug}.tar.zst`,
    content: createReadStream(fileURLToPath(OLD)),
    announcedBytes: null,
    stillAllowed: async () => true,
  });
  if (!taken.ok) throw new Error(JSON.stringify(taken.findings));

  await test.step("the import says what is between, and offers the upgrade", async () => {
    await request.open({ kind: "import", database: world.eu.id, bundle: taken.bundleId });
    await request.fill({ "New slug": slug });
    await request.preview.click();
    await expect(request.plan).toContainText("ledger-only-in-target");
    await page.screenshot({ path: testInfo.outputPath("refused.png"), fullPage: true });
    await page
      .getByRole("link", { name: /^Upgrade/ })
      .first()
      .click();
    await expect(page).toHaveURL(/kind=upgrade/);
  });

  await test.step("the upgrade is planned, and run without a review", async () => {
    await request.lookAtPlan();
    await page.screenshot({ path: testInfo.outputPath("upgrade-plan.png"), fullPage: true });
    await request.request();
    await operation.becomes("succeeded");
    await page.screenshot({ path: testInfo.outputPath("upgraded.png"), fullPage: true });
    await page.getByRole("link", { name: "Open the bundle" }).click();
    await expect(page.locator("main")).toContainText("Upgraded");
    await page.screenshot({ path: testInfo.outputPath("new-bundle.png"), fullPage: true });
  });

  await test.step("what it made is imported", async () => {
    await page.getByRole("link", { name: "Import…" }).click();
    await page.getByLabel("Into database").selectOption({ label: "harbor · eu-1 (eu)" });
    await request.fill({ "New slug": slug, Reason: "back again" });
    for (const [at, field] of (
      await page.getByRole("group", { name: "New domains" }).getByRole("textbox").all()
    ).entries())
      await field.fill(`${at}.${slug}.example`);
    await request.lookAtPlan();
    await request.request();
    await approve({ library, world }, await newPerson(library.records, "reviewer"), operationIdAt(page));
    await operation.becomes("succeeded");
    expect(await statusOf(world.eu.url, (await keyOfSlug(world.eu.url, slug))!)).toBe("suspended");
  });

  expect(await digestsOf(world.eu.url, neighbour)).toEqual(before);
});
