import pg from "pg";
import { links } from "../components/links.ts";
import { MEASURED, newMeasurement } from "./fixtures/measured.ts";
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
      timeout: 30_000,
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
  await expect(page.locator("main")).toContainText("The last measuring was called off");
});
