import { links } from "../components/links.ts";
import { registerPlatform } from "../lib/operations/registration/register.ts";
import { createSmallPlatform, type SmallPlatform } from "./fixtures/small-platform.ts";
import { expect, type SignedIn, test } from "./fixtures/test.ts";

type Library = Parameters<typeof registerPlatform>[0];

async function registered(library: Library, serverUrl: string): Promise<SmallPlatform> {
  const shop = await createSmallPlatform(serverUrl);
  const actor = { personId: null, name: "test", permissions: new Set(["register:platform"] as const) };
  const answer = await registerPlatform(library, actor, {
    text: shop.file,
    databases: [{ name: "main", runnerUrl: shop.url }],
  });
  if (!answer.ok) throw new Error(JSON.stringify(answer.findings));
  return shop;
}

const main = (page: SignedIn["page"]) => page.locator("main");

test("a table is classified in place: what it changes is shown, then saved as a version with its diff", async ({
  signedIn,
  library,
  world,
}) => {
  const shop = await registered(library, world.serverUrl);
  const { page } = await signedIn("admin");
  await page.goto(links.model(shop.name));
  await page.getByRole("link", { name: "public.currencies" }).click();
  await page
    .getByLabel("Say of public.currencies")
    .selectOption({ label: "global: shared by all tenants, never exported" });
  await page.getByRole("button", { name: /^Preview ?: Say of public\.currencies$/ }).click();
  await expect(main(page)).toContainText("Answered");
  await expect(main(page).getByLabel("platform.yaml")).toHaveValue(
    /# the tenants\n[\s\S]*public\.currencies: global/,
  );
  await page.getByRole("button", { name: "Save as version 2" }).click();
  await expect(main(page)).toContainText("Version 2 is in force.");
  await page.getByRole("link", { name: /^what it changed ?: version 2$/ }).click();
  await expect(page.getByRole("heading", { name: "Version 1 to version 2" })).toBeVisible();
  await page.getByRole("link", { name: /^bring back… +version 1$/ }).click();
  await page.getByRole("button", { name: "Save as version 3" }).click();
  await expect(main(page)).toContainText("Version 3 is in force.");
});

test("a suspected reference is accepted as a card, after its evidence", async ({
  signedIn,
  library,
  world,
}) => {
  const shop = await registered(library, world.serverUrl);
  const { page } = await signedIn("admin");
  await page.goto(links.modelReferences(shop.name));
  const card = page.getByRole("listitem").filter({ hasText: "public.lines.parcel_id" }).first();
  await expect(card).toContainText("2 of 2 values are in public.parcels.id");
  await card.getByLabel("It is a reference to public.parcels.id").check();
  await page.getByRole("button", { name: "See what the answers change" }).click();
  await expect(main(page)).toContainText("public.lines.parcel_id → public.parcels.id");
  await page.getByRole("button", { name: "Save as version 2" }).click();
  await expect(main(page)).toContainText("Version 2 is in force.");
});

test("two people change the file: the second is told what the first changed, and nothing is lost", async ({
  signedIn,
  library,
  world,
}) => {
  const shop = await registered(library, world.serverUrl);
  const [ada, ben] = [await signedIn("admin"), await signedIn("admin")];
  const edit = (to: string) =>
    links.modelEdit(shop.name, {
      edit: JSON.stringify({ section: "tables", name: "public.currencies", value: to }),
    });
  await ada.page.goto(edit("global"));
  await ben.page.goto(edit("excluded"));
  await ada.page.getByRole("button", { name: "Save as version 2" }).click();
  await expect(main(ada.page)).toContainText("Version 2 is in force.");
  await ben.page.getByRole("button", { name: "Save as version 2" }).click();
  await expect(main(ben.page)).toContainText("Version 2 was saved meanwhile");
  await expect(main(ben.page).getByLabel("platform.yaml")).toHaveValue(/currencies: excluded/);
  await ben.page.getByRole("button", { name: "Compare with version 2" }).click();
  await ben.page.getByRole("button", { name: "Save as version 3" }).click();
  await expect(main(ben.page)).toContainText("Version 3 is in force.");
});

test("the graph is drawn, and the keyboard walks it", async ({ signedIn, library, world }) => {
  const shop = await registered(library, world.serverUrl);
  const { page } = await signedIn("viewer");
  await page.goto(links.modelGraph(shop.name));
  await expect(main(page)).toContainText("tables drawn");
  const node = page.locator('.react-flow__node[data-id="public.lines"]');
  await node.focus();
  await expect(main(page)).toContainText("public.lines: owned; through public.orders");
  await page.keyboard.press("Enter");
  await expect(page).toHaveURL(/table=public\.lines/);
});
