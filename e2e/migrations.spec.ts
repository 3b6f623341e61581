import { createReadStream } from "node:fs";
import { fileURLToPath } from "node:url";
import pg from "pg";
import { links } from "../components/links.ts";
import { receiveUpload } from "../lib/operations/uploads/receive.ts";
import { MEASURED, newMeasurement } from "./fixtures/measured.ts";
import { FOR_WORK } from "./fixtures/patience.ts";
import { newPerson } from "./fixtures/people.ts";
import { digestsOf, keyOfSlug } from "./fixtures/tenants.ts";
import { expect, PHONE, test } from "./fixtures/test.ts";
import { PLATFORM } from "./pages/tenants-page.ts";

test("an operator sees where each database stands, reads one migration, and has a worker look again", async ({
  signedIn,
  world,
}) => {
  const { page } = await signedIn("operator");
  await page.goto(links.platform(PLATFORM));
  const main = page.locator("main");
  await main.getByRole("link", { name: "Migrations", exact: true }).click();
  await expect(page.getByRole("heading", { level: 1, name: "Migrations" })).toBeVisible();
  const fleet = main.getByRole("region", { name: "Databases and their migrations" });
  await expect(fleet.getByRole("row").filter({ hasText: "eu-1" })).toContainText("at the newest");
  const client = new pg.Client({ connectionString: world.us.url });
  await client.connect();
  try {
    // It fails while it is built, so that no writer ever comes across it.
    const index = "CREATE INDEX CONCURRENTLY e2e_broken ON countries ((1 / (length(code) - length(code))))";
    await expect(client.query(index)).rejects.toThrow("division by zero");
    await main.getByRole("button", { name: "Look again" }).click();
    await expect(main.getByRole("region", { name: "Invalid indexes" })).toContainText("e2e_broken", {
      timeout: FOR_WORK,
    });
    await expect(main).toContainText('REINDEX INDEX CONCURRENTLY "public"."e2e_broken"');
  } finally {
    await client.query("DROP INDEX IF EXISTS e2e_broken");
    await client.end();
  }
  await main.getByRole("link", { name: "pending" }).click();
  await expect(main).toContainText("No migration is in this state in any database.");
  await main.getByRole("link", { name: "All", exact: true }).click();
  await main.getByRole("link", { name: /foundation/ }).click();
  await expect(page.getByRole("heading", { level: 1 })).toContainText("foundation");
  await expect(main).toContainText("Statement 1");
  await page.goto(`${page.url()}#statement-2`);
  await expect(main.locator("#statement-2")).toBeInViewport();
});

test("who may only see has no button, on a phone too, and the page needs no scripts", async ({
  signedIn,
}) => {
  const { page } = await signedIn("viewer", { context: { ...PHONE, javaScriptEnabled: false } });
  await page.goto(links.migrations(PLATFORM));
  const main = page.locator("main");
  await expect(main.getByRole("heading", { level: 1, name: "Migrations" })).toBeVisible();
  await expect(main.getByRole("button", { name: "Look again" })).toHaveCount(0);
  await expect(main.getByRole("region", { name: "Migrations by database" })).toContainText("applied");
  const answer = await page.goto(links.migration(PLATFORM, "1"));
  expect(answer?.status()).toBe(404);
});

test("an operator has the migrations measured, sees what one does and what it made of the schema, and calls the rest off", async ({
  signedIn,
  world,
  library,
}) => {
  await newMeasurement(library, world);
  const { page } = await signedIn("operator");
  await page.goto(links.migration(PLATFORM, MEASURED.version));
  const measured = page.locator("#measured");
  await expect(measured.getByRole("heading", { name: "3. ALTER TABLE" })).toBeVisible();
  await expect(measured).toContainText("Drops the column contact of public.customers.");
  await expect(measured).toContainText("Cannot be undone");
  await expect(measured).toContainText(
    "Statement 1 still keeps readers and writers of public.customers waiting",
  );
  await expect(measured).toContainText("CREATE INDEX CONCURRENTLY customers_contact_email");
  const tables = measured.getByRole("region", { name: "Tables that statement 4 locks or reads" });
  await expect(tables.getByRole("row").filter({ hasText: "public.customers" })).toContainText("KiB");
  await measured.getByRole("button", { name: "Measure what is new" }).click();
  await expect(measured.getByRole("button", { name: "Call it off" })).toBeVisible();
  await page.goto(links.migrations(PLATFORM));
  await page.getByRole("link", { name: "Schema between versions" }).click();
  await page.getByRole("combobox", { name: "From version" }).selectOption(MEASURED.before);
  await page.getByRole("combobox", { name: "To version" }).selectOption(MEASURED.version);
  const different = page.getByRole("region", { name: "What is different" });
  await expect(different).toContainText("column contact_email");
  await expect(different).not.toContainText("public.shipments");
  await page.getByRole("button", { name: "Call it off" }).click();
  await expect(page.locator("main")).toContainText("The last measuring was called off", {
    timeout: FOR_WORK,
  });
});

/** Written at the version before the measured migration. */
const OLD = new URL(`../lib/rows/testing/harbor-versions/${MEASURED.before}.tar.zst`, import.meta.url);

test("an operator sees what a migration does to one tenant's rows, and personal columns only with a reason", async ({
  signedIn,
  library,
  world,
}, testInfo) => {
  const admin = await newPerson(library.records, "admin");
  const neighbour = (await keyOfSlug(world.eu.url, "tern-island"))!;
  const before = await digestsOf(world.eu.url, neighbour);
  const taken = await receiveUpload(library, admin.actor, {
    platformId: world.platformId,
    fileName: "before-the-split.tar.zst",
    content: createReadStream(fileURLToPath(OLD)),
    announcedBytes: null,
    stillAllowed: async () => true,
  });
  if (!taken.ok) throw new Error(JSON.stringify(taken.findings));
  const { page } = await signedIn("operator");
  const panel = page.locator("#effect");
  const main = page.locator("main");
  const open = () => page.goto(links.migration(PLATFORM, MEASURED.version));
  const rows = page.getByRole("region", { name: "Rows of public.customers that differ" });

  await test.step("the bundle is offered, and tried", async () => {
    await open();
    await expect(panel.getByLabel("Over the rows of")).toContainText("copper-basin");
    await page.screenshot({ path: testInfo.outputPath("ask.png"), fullPage: true });
    await panel.getByRole("button", { name: "Try it on a throwaway server" }).click();
    await expect(page).toHaveURL(/\/effects\//);
    const tables = page.getByRole("region", { name: "Tables that are different" });
    const customers = tables.getByRole("row", { name: /public\.customers/ });
    await expect(customers).toContainText("contact_email", { timeout: FOR_WORK });
    await expect(customers).toContainText(/\d+ values? filled in/);
    await expect(rows).toContainText("not shown: personal");
    await page.screenshot({ path: testInfo.outputPath("effect.png"), fullPage: true });
  });

  const first = page.url();
  await test.step("whoever asks for the same is led to it", async () => {
    await open();
    await panel.getByRole("button", { name: "Try it on a throwaway server" }).click();
    await expect(page).toHaveURL(first);
  });

  await test.step("personal columns take a reason, and are for who asked", async () => {
    await open();
    await panel.getByText("Personal columns").click();
    await panel.getByLabel("Show them in the rows that differ").check();
    await panel.getByRole("button", { name: "Try it on a throwaway server" }).click();
    await expect(panel).toContainText("Say why you need to see personal data");
    await panel.getByLabel("Why you need to see personal data").fill("a customer says that a name is wrong");
    await panel.getByRole("button", { name: "Try it on a throwaway server" }).click();
    await expect(page).toHaveURL(/\/effects\//);
    await expect(rows).toContainText("@", { timeout: FOR_WORK });
    await expect(main).toContainText("Personal columns are shown to you until");
    const { page: other } = await signedIn("viewer");
    await other.goto(page.url());
    const masked = other.getByRole("region", { name: "Rows of public.customers that differ" });
    await expect(masked).toContainText("not shown: personal");
    await expect(masked).not.toContainText("@");
  });
  expect(await digestsOf(world.eu.url, neighbour)).toEqual(before);
});
