import { links } from "../components/links.ts";
import { createSmallPlatform } from "./fixtures/small-platform.ts";
import { expect, PHONE, test } from "./fixtures/test.ts";

test("an admin registers a platform by discovery, changes its credentials and deregisters it", async ({
  signedIn,
  world,
}) => {
  const shop = await createSmallPlatform(world.serverUrl);
  const { page } = await signedIn("admin");
  await page.goto(links.platforms());
  await page.getByRole("link", { name: "Register a platform" }).click();
  const main = page.locator("main");
  await main.getByLabel("Database's name").fill("main");
  await main.getByRole("textbox", { name: "Runner's connection string" }).fill(shop.url);
  await main.getByLabel("None yet? Call the platform").fill(shop.name);
  await main.getByRole("button", { name: "Propose a platform file" }).click();
  await expect(main.getByLabel("platform.yaml")).toHaveValue(/table: public\.accounts/);
  await main.getByRole("button", { name: "Try it" }).click();
  await expect(main).toContainText("Both connections work, and it can be registered.");
  await expect(main).toContainText("public.currencies");
  await main.getByRole("button", { name: "Register the platform" }).click();
  await expect(page.getByRole("heading", { level: 1, name: shop.name })).toBeVisible();
  await expect(main).toContainText("PostgreSQL");

  await page.getByRole("link", { name: "Edit main" }).click();
  await main.getByLabel("Region").fill("north");
  await main.getByRole("button", { name: "Try and save" }).click();
  await expect(main).toContainText("Saved: both connections work.");

  await page.goto(links.deregister(shop.name));
  const phrase = main.getByLabel(`Type deregister ${shop.name}`);
  await phrase.fill("deregister");
  await main.getByRole("button", { name: "Deregister the platform" }).click();
  await expect(main.getByRole("alert")).toContainText("What you typed is not the phrase.");
  await phrase.fill(`deregister ${shop.name}`);
  await main.getByRole("button", { name: "Deregister the platform" }).click();
  await expect(page.getByRole("heading", { level: 1, name: "Platforms" })).toBeVisible();
  await expect(main.getByRole("link", { name: shop.name })).toHaveCount(0);
});

test("without scripts the form says what is wrong with an address, and registers", async ({
  signedIn,
  world,
}) => {
  const shop = await createSmallPlatform(world.serverUrl);
  const { page } = await signedIn("admin", { context: { javaScriptEnabled: false } });
  const main = page.locator("main");
  const fill = async (url: string) => {
    await main.getByLabel("Database's name").fill("main");
    await main
      .getByRole("textbox", { name: "Runner's connection string" })
      .or(main.locator("#runnerUrl"))
      .first()
      .fill(url);
    await main.getByLabel("platform.yaml").fill(shop.file);
  };
  await page.goto(links.newPlatform());
  await fill(`${shop.url}_no`);
  await main.getByRole("button", { name: "Register the platform" }).click();
  await expect(main.getByRole("alert")).toContainText(`the server has no database called ${shop.name}_no`);
  await expect(main.locator("#runnerUrl")).toHaveValue("");
  await expect(main.getByLabel("platform.yaml")).toHaveValue(/# the tenants/);
  await fill(shop.url);
  await main.getByRole("button", { name: "Register the platform" }).click();
  await expect(page.getByRole("heading", { level: 1, name: shop.name })).toBeVisible();
});

test("an operator is shown no way to register, and is refused where the form is", async ({ signedIn }) => {
  const { page } = await signedIn("operator", { context: PHONE });
  await page.goto(links.platforms());
  await expect(page.getByRole("heading", { level: 1, name: "Platforms" })).toBeVisible();
  await expect(page.getByRole("link", { name: "Register a platform" })).toHaveCount(0);
  const response = await page.goto(links.newPlatform());
  expect(response?.status()).toBe(403);
});
