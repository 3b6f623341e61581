/** An address says what a page shows: it survives a reload and the sign-in, and one of nothing says so in words. */
import { randomUUID } from "node:crypto";
import type { Page } from "@playwright/test";
import { links } from "../components/links.ts";
import { newPerson } from "./fixtures/people.ts";
import { expect, test } from "./fixtures/test.ts";
import type { World } from "./fixtures/world.ts";
import { Frame } from "./pages/frame.ts";
import { SignInPage } from "./pages/sign-in-page.ts";
import { PLATFORM, TenantsPage } from "./pages/tenants-page.ts";

interface DeepLink {
  readonly address: string;
  /** That the page shows what the address asks for. */
  readonly shows: (page: Page) => Promise<void>;
}

const chosen = (page: Page, filter: string) => page.getByRole("search").getByLabel(filter, { exact: true });

function deepLinks({ bundleId }: World): DeepLink[] {
  return [
    {
      address: links.tenants(PLATFORM, { q: "an", state: "active", database: "eu-1", sort: "-slug" }),
      async shows(page) {
        const tenants = new TenantsPage(page);
        await expect(tenants.search).toHaveValue("an");
        await expect(chosen(page, "State")).toHaveValue("active");
        await expect(chosen(page, "Database")).toHaveValue("eu-1");
        const slugs = await tenants.slugs().allTextContents();
        expect(slugs.length).toBeGreaterThan(1);
        expect(slugs).toEqual([...slugs].sort().reverse());
      },
    },
    {
      address: links.operations({ state: "succeeded", kind: "export", since: "7d" }),
      async shows(page) {
        await expect(chosen(page, "State")).toHaveValue("succeeded");
        await expect(chosen(page, "Kind")).toHaveValue("export");
        await expect(chosen(page, "Since")).toHaveValue("7d");
        await expect(page.locator("main tbody")).toContainText("saltmarsh");
      },
    },
    {
      address: links.model(PLATFORM, { table: "public.shipments" }),
      async shows(page) {
        await expect(page.getByRole("region", { name: "Columns of public.shipments" })).toBeVisible();
      },
    },
    {
      address: links.bundleRows(bundleId, { page: 2 }),
      async shows(page) {
        await new Frame(page).heads("Rows of public.leg_scans");
        await expect(page.locator("main tbody tr").first().getByRole("cell").first()).toHaveText("26");
      },
    },
    {
      address: links.audit({ action: "operation", platform: PLATFORM, since: "2026-01-01" }),
      async shows(page) {
        await expect(chosen(page, "What")).toHaveValue("operation");
        await expect(chosen(page, "From")).toHaveValue("2026-01-01");
      },
    },
    {
      address: links.policies({ platform: PLATFORM }),
      async shows(page) {
        await expect(page.getByRole("link", { name: `Only ${PLATFORM}` })).toHaveAttribute(
          "aria-current",
          "page",
        );
      },
    },
  ];
}

test("what an address asks for is shown, and again after a reload", async ({ signedIn, world }) => {
  const { page } = await signedIn("admin");
  for (const { address, shows } of deepLinks(world)) {
    await page.goto(address);
    await shows(page);
    await page.reload();
    await shows(page);
    await expect(page).toHaveURL(address);
  }
});

test("the way leads through the sign-in and on to what was asked for", async ({
  stranger,
  library,
  world,
}) => {
  const { address, shows } = deepLinks(world).find((each) => each.address.includes("page=2"))!;
  const page = await stranger();
  await page.goto(address);
  await new SignInPage(page).signIn(await newPerson(library.records, "support"));
  await shows(page);
  await expect(page).toHaveURL(address);
});

test("an address of nothing answers 404, in words and with a way on", async ({
  signedIn,
  stranger,
  world,
}) => {
  const { page } = await signedIn("admin");
  const frame = new Frame(page);
  const [id, name] = [randomUUID(), "nowhere"];
  for (const address of [
    links.bundleRows(id),
    links.bundleRows(world.bundleId, { table: "data-999" }),
    links.database(PLATFORM, name),
    links.newDatabase(name),
    links.platform(name),
    links.deregister(name),
    links.model(name),
    links.modelGraph(name),
    links.modelReferences(name),
    links.modelEdit(name),
    links.modelVersions(name),
  ]) {
    expect((await page.goto(address))!.status(), address).toBe(404);
    await frame.heads("There is no such thing here");
  }
  expect((await page.goto("/no/such/page"))!.status()).toBe(404);
  await frame.heads("There is no such page");
  await page.getByRole("link", { name: "Overview" }).first().click();
  await frame.heads("Overview");
  // Whoever is not signed in learns nothing of what there is.
  const outside = await stranger();
  await outside.goto(links.bundle(id));
  await new SignInPage(outside).isShown();
});
