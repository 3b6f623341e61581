import { generateKeyPairSync } from "node:crypto";
import AxeBuilder from "@axe-core/playwright";
import type { Page } from "@playwright/test";
import { links } from "../components/links.ts";
import { newPerson } from "./fixtures/people.ts";
import { expect, PHONE, test } from "./fixtures/test.ts";
import { Frame } from "./pages/frame.ts";

const PAGES = [
  [links.people(), "People and roles"],
  [links.policies(), "Policies"],
  [links.keys(), "Signing keys"],
  [links.webhooks(), "Webhooks"],
  [links.notices(), "Notices"],
] as const;

/** The panel with this heading. */
const panel = (page: Page, title: string) =>
  page.locator("section", { has: page.getByRole("heading", { level: 2, name: title }) });

test("every page of Settings is accessible, wide, dark, and on a phone without scrolling sideways", async ({
  signedIn,
  pageOf,
}) => {
  const admin = await signedIn("admin");
  const phone = await pageOf(admin, { context: { ...PHONE, colorScheme: "dark" } });
  for (const [address, title] of PAGES)
    for (const page of [admin.page, phone]) {
      await page.goto(address);
      await new Frame(page).heads(title);
      const { violations } = await new AxeBuilder({ page }).analyze();
      expect(violations.map(({ id, nodes }) => `${title}: ${id} ${nodes[0]?.html}`)).toEqual([]);
      const room = await page.evaluate(() => document.documentElement.scrollWidth - window.innerWidth);
      expect(room, title).toBeLessThanOrEqual(0);
    }
});

test("an admin changes the policy with a reason; others read it, and see who did", async ({ signedIn }) => {
  const admin = await signedIn("admin");
  const viewer = await signedIn("viewer");
  const { page } = admin;
  await page.goto(links.policies());
  const hours = page.getByLabel("After breaking glass the note is due within");
  const former = Number(await hours.inputValue());
  const next = former === 48 ? 47 : 48;
  await hours.fill("0");
  await page.getByLabel("Why").first().fill("sooner, while it is remembered");
  await page.getByRole("button", { name: "Put it in force" }).click();
  await expect(page.locator("main").getByRole("alert")).toContainText("Not done");
  await hours.fill(String(next));
  await page.getByLabel("Why").first().fill("sooner, while it is remembered");
  await page.getByRole("button", { name: "Put it in force" }).click();
  await expect(panel(page, "How it came to be so")).toContainText(`${former} hours → ${next} hours`);
  await viewer.page.goto(links.settings());
  await new Frame(viewer.page).heads("Policies");
  await expect(panel(viewer.page, "How it came to be so").first()).toContainText("while it is remembered");
  await expect(viewer.page.getByRole("button", { name: "Put it in force" })).toHaveCount(0);
  await expect(viewer.page.getByLabel("An approval holds for")).toBeDisabled();
});

test("an exception has an owner and an end, and is ended before its time", async ({ signedIn }) => {
  const { page, actor } = await signedIn("admin");
  await page.goto(links.policies());
  const form = panel(page, "Grant an exception");
  await form.getByLabel("From which rule").selectOption({ label: "Create tenant: reviews" });
  await form.getByLabel("What holds instead").fill("2");
  await form.getByLabel("Tenant key").fill("nobody");
  await form.getByLabel("Who answers for it").selectOption({ label: actor.name });
  await form.getByLabel("Why").fill("an audit is under way");
  await form.getByRole("button", { name: "Grant it" }).click();
  await expect(form.getByRole("alert")).toContainText("Not done");
  await form.getByLabel("Tenant key").fill("");
  await form.getByRole("button", { name: "Grant it" }).click();
  const line = panel(page, "Exceptions")
    .getByRole("listitem")
    .filter({ hasText: `${actor.name} answers for it` });
  await expect(line).toContainText("Create: 2 reviews");
  await line.getByRole("button", { name: /End it now/ }).click();
  await expect(line).toContainText("ended");
});

test("a stranger's key is trusted by its text, downloaded, and distrusted with a reason", async ({
  signedIn,
}) => {
  const { page } = await signedIn("admin");
  const pem = generateKeyPairSync("ed25519").publicKey.export({ type: "spki", format: "pem" }).toString();
  await page.goto(links.keys());
  const form = panel(page, "Trust somebody else's key");
  await form.getByLabel("Name").fill("partner");
  await form.getByLabel("Public key").fill("nonsense");
  await form.getByRole("button", { name: "Trust it" }).click();
  await expect(form.getByRole("alert")).toContainText("neither a public key in PEM nor a line of OpenSSH");
  await form.getByLabel("Public key").fill(pem);
  await form.getByRole("button", { name: "Trust it" }).click();
  const line = panel(page, "Keys").getByRole("listitem").filter({ hasText: "partner" });
  await expect(line).toContainText("somebody else's, trusted");
  const address = await line.getByRole("link", { name: "Public key of partner" }).getAttribute("href");
  expect(await (await page.request.get(address!)).text()).toBe(pem);
  await line.getByText("Distrust it…").click();
  await line.getByLabel("Why").fill("their laptop was stolen");
  await line.getByRole("button", { name: "Distrust the key" }).click();
  await expect(line).toContainText("their laptop was stolen");
});

test("a webhook's secret is shown once, and a test to a private address says why it does not arrive", async ({
  signedIn,
}) => {
  const { page } = await signedIn("admin");
  await page.goto(links.webhooks());
  await page.getByLabel("Name").fill("chat");
  await page.getByLabel("Address").fill("https://127.0.0.1:9/hook");
  for (const box of await page.getByRole("checkbox").all()) await box.uncheck();
  await page.getByRole("checkbox", { name: "glass is broken" }).check();
  await page.getByRole("button", { name: "Add webhook" }).click();
  await expect(page.getByText(/whsec_/)).toBeVisible();
  await page.getByRole("button", { name: "Send a test: chat" }).first().click();
  await expect(async () => {
    await page.goto(links.webhooks());
    await expect(panel(page, "Deliveries")).toContainText("address refused", { timeout: 500 });
  }).toPass();
  await expect(page.getByText(/whsec_/)).toHaveCount(0);
});

test("a role is given and taken back with a click, and counts at once", async ({ signedIn, library }) => {
  const { page } = await signedIn("admin");
  const { actor } = await newPerson(library.records, "viewer");
  await page.goto(links.people());
  const person = panel(page, "People").getByRole("listitem").filter({ hasText: actor.email });
  await person.getByRole("button", { name: `Give support to ${actor.name}` }).click();
  await person.getByRole("button", { name: `Take support back from ${actor.name}` }).click();
  await expect(person.getByRole("button", { name: `Give support to ${actor.name}` })).toBeVisible();
  await person.getByText("Account…").click();
  await person.getByRole("button", { name: `Make a new password: ${actor.name}` }).click();
  await expect(person).toContainText("It is shown now and never again");
});

test("what is an admin's is refused to others, page by page", async ({ signedIn }) => {
  const { page } = await signedIn(["operator", "reviewer"]);
  for (const address of [links.people(), links.webhooks()]) {
    expect((await page.goto(address))?.status(), address).toBe(403);
    await new Frame(page).heads("Your roles do not allow this");
  }
});
