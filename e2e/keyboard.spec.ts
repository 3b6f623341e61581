/** Everything can be done by the keyboard alone, and one always sees where one is. */
import { links } from "../components/links.ts";
import { ask, ended } from "./fixtures/operations.ts";
import { newActiveTenant, newTenant, statusOf } from "./fixtures/tenants.ts";
import { expect, test } from "./fixtures/test.ts";
import { Frame } from "./pages/frame.ts";
import { enter, focusIsSeen, tabTo } from "./pages/keys.ts";
import { OperationPage, operationIdAt } from "./pages/operation-page.ts";
import { RequestPage } from "./pages/request-page.ts";
import { JUDGEMENT, ReviewPage } from "./pages/review-page.ts";

test("a request and its review, without a pointer", async ({ signedIn, library, world }) => {
  const tenant = await newActiveTenant({ library, world });
  const operator = await signedIn("operator");
  const reviewer = await signedIn("reviewer");
  const { page } = operator;
  const frame = new Frame(page);
  let id = "";

  await test.step("find the tenant in the palette", async () => {
    await page.goto(links.overview());
    await frame.heads("Overview");
    await page.keyboard.press("Control+k");
    await expect(page.getByPlaceholder("A tenant, an operation's id, a page…")).toBeFocused();
    await page.keyboard.type(tenant.slug);
    await expect(page.getByRole("option", { selected: true })).toContainText(`${tenant.slug} · eu-1`);
    await page.keyboard.press("Enter");
    await frame.heads(tenant.name);
  });

  await test.step("ask for its suspension", async () => {
    await enter(page, page.getByRole("link", { name: "Suspend…" }));
    const request = new RequestPage(page);
    await expect(request.preview).toBeVisible();
    await tabTo(page, request.field("Reason"));
    await page.keyboard.type("by the keyboard");
    await enter(page, request.preview);
    await expect(request.plan).toContainText("public.organizations");
    await enter(page, request.send);
    await new OperationPage(page).becomes("in review");
    id = operationIdAt(page);
  });

  await test.step("review it from the inbox", async () => {
    await reviewer.page.goto(links.overview());
    await new Frame(reviewer.page).heads("Overview");
    await reviewer.page.keyboard.press("g");
    await reviewer.page.keyboard.press("r");
    await new Frame(reviewer.page).heads("Reviews");
    const line = reviewer.page.getByRole("listitem").filter({ hasText: tenant.slug });
    await enter(reviewer.page, line.getByRole("link", { name: "Review…" }));
    const review = new ReviewPage(reviewer.page);
    await expect(review.approve).toBeVisible();
    for (const [label, text] of Object.entries(JUDGEMENT)) {
      await tabTo(reviewer.page, reviewer.page.getByRole("textbox", { name: label }));
      await reviewer.page.keyboard.type(text);
    }
    await enter(reviewer.page, review.approve);
    await new OperationPage(page).becomes("succeeded");
    expect(await statusOf(world.eu.url, tenant.key)).toBe("suspended");
    expect((await ended(library, id)).state).toBe("succeeded");
  });
});

test("? shows the shortcuts, / goes to the search, single keys can be turned off", async ({ signedIn }) => {
  const { page } = await signedIn("viewer");
  const frame = new Frame(page);
  await page.goto(links.overview());
  await frame.heads("Overview");
  await page.keyboard.press("Shift+?");
  const dialog = page.getByRole("dialog", { name: "Keyboard shortcuts" });
  await expect(dialog).toBeVisible();
  await page.keyboard.press("Escape");
  await expect(dialog).toHaveCount(0);
  await page.keyboard.press("g");
  await page.keyboard.press("t");
  await frame.heads("Tenants");
  await page.keyboard.press("/");
  await expect(page.getByRole("searchbox")).toBeFocused();
  await page.keyboard.type("g o ?");
  await frame.heads("Tenants");
  await expect(page.getByRole("searchbox")).toHaveValue("g o ?");
  await page.getByRole("searchbox").blur();
  await page.keyboard.press("Shift+?");
  await tabTo(page, dialog.getByRole("checkbox"));
  await page.keyboard.press("Space");
  await page.keyboard.press("Escape");
  await page.keyboard.press("g");
  await page.keyboard.press("o");
  await frame.heads("Tenants");
  await page.keyboard.press("Control+k");
  await expect(page.getByRole("dialog", { name: "Find" })).toBeVisible();
});

test("the first stop skips to the content", async ({ signedIn }) => {
  const { page } = await signedIn("viewer");
  await page.goto(links.operations());
  await new Frame(page).heads("Operations");
  await page.keyboard.press("Tab");
  await expect(page.getByRole("link", { name: "Skip to the content" })).toBeFocused();
  await page.keyboard.press("Enter");
  await expect(new Frame(page).main).toBeFocused();
});

test.describe("what destroys", () => {
  test("starts on Cancel, and Enter there changes nothing: break glass", async ({
    signedIn,
    library,
    world,
  }) => {
    const tenant = await newTenant({ library, world });
    const operator = await signedIn("operator");
    const admin = await signedIn("admin");
    const id = await ask({ library, world }, operator, { kind: "resume", input: { tenantKey: tenant.key } });
    const { page } = admin;
    await new OperationPage(page).open(id);
    await enter(page, page.getByRole("link", { name: "Break glass…" }));
    const cancel = page.getByRole("link", { name: "Cancel" });
    await expect(cancel).toBeFocused();
    expect(await focusIsSeen(page)).toBe(true);
    await page.keyboard.press("Enter");
    await expect(cancel).toHaveCount(0);
    await new OperationPage(page).becomes("in review");
    await enter(page, page.getByRole("link", { name: "Break glass…" }));
    await expect(cancel).toBeFocused();
    await tabTo(page, page.getByRole("textbox", { name: "Why it cannot wait" }));
    await page.keyboard.type("the house is on fire");
    await tabTo(page, page.getByLabel("Your password"));
    await page.keyboard.type("not the password");
    await page.keyboard.press("Enter");
    await expect(page.getByText("This is not your password.").first()).toBeVisible();
    await expect(page.getByRole("textbox", { name: "Why it cannot wait" })).toHaveValue(
      "the house is on fire",
    );
    await tabTo(page, page.getByLabel("Your password"));
    await page.keyboard.type(admin.password);
    await page.keyboard.press("Enter");
    await new OperationPage(page).becomes("succeeded");
    await expect(page.getByText(`Glass broken by ${admin.actor.name}`)).toBeVisible();
  });
});
