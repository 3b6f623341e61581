/** Settings through the browser: people, policies and their exceptions, signing keys, webhooks; each for an admin alone. */
import { generateKeyPairSync } from "node:crypto";
import type { Locator, Page } from "@playwright/test";
import { eq } from "drizzle-orm";
import { links } from "../components/links.ts";
import { encryptionKeys } from "../lib/records/schema/encryption-keys.ts";
import { persons } from "../lib/records/schema/persons.ts";
import { policyExceptions } from "../lib/records/schema/policy-exceptions.ts";
import { signingKeys } from "../lib/records/schema/signing-keys.ts";
import { webhooks } from "../lib/records/schema/webhooks.ts";
import { newPerson } from "./fixtures/people.ts";
import { postOf, send } from "./fixtures/posts.ts";
import { keyOfSlug, newActiveTenant, newSlug } from "./fixtures/tenants.ts";
import { expect, test } from "./fixtures/test.ts";
import { Frame } from "./pages/frame.ts";
import { RequestPage } from "./pages/request-page.ts";
import { SignInPage } from "./pages/sign-in-page.ts";
import { panel } from "./pages/tenant-page.ts";

const WITHOUT_SCRIPTS = { context: { javaScriptEnabled: false } };

/** The entry of a list that has this heading. */
const entry = (page: Page, title: string): Locator =>
  page
    .getByRole("listitem")
    .filter({ has: page.getByRole("heading", { level: 3, name: title, exact: true }) });

/** Fills an admin's form and takes it down; nothing is sent. */
async function formOf(page: Page, address: string, button: string, values: Record<string, string>) {
  await page.goto(address);
  const form = page.locator("main form").filter({ has: page.getByRole("button", { name: button }) });
  for (const [label, value] of Object.entries(values)) await form.getByLabel(label).fill(value);
  return postOf(page, button);
}

for (const [how, options] of [
  ["", {}],
  [", without scripts too", WITHOUT_SCRIPTS],
] as const)
  test(`a form that is refused keeps its boxes as they were${how}`, async ({ signedIn }) => {
    const { page, email } = await signedIn("admin", options);
    await page.goto(links.people());
    const form = panel(page, "Add a person");
    await form.getByLabel("E-mail").fill(email);
    await form.getByLabel("Name").fill("somebody twice");
    for (const role of [/^operator/, /^support/]) await form.getByRole("checkbox", { name: role }).check();
    await form.getByRole("button", { name: "Add person" }).click();
    await expect(form).toContainText("Not done");
    for (const role of [/^operator/, /^support/])
      await expect(form.getByRole("checkbox", { name: role })).toBeChecked();
    await expect(form.getByRole("checkbox", { name: /^admin/ })).not.toBeChecked();

    await page.goto(links.webhooks());
    const webhook = page.locator("main form").filter({ hasText: "It hears when" });
    // White space passes the browser's own check.
    await webhook.getByLabel("Name").fill("   ");
    await webhook.getByLabel("Address").fill("https://example.com/hook");
    const boxes = webhook.getByRole("checkbox");
    await boxes.first().uncheck();
    await webhook.getByRole("button", { name: "Add webhook" }).click();
    await expect(webhook).toContainText("Not done");
    await expect(boxes.first()).not.toBeChecked();
    await expect(boxes.last()).toBeChecked();
  });

test("a person is added, signs in, gets a role, and is kept out", async ({ signedIn, stranger, library }) => {
  const { page } = await signedIn("admin");
  const outside = await stranger();
  // The list is by name, a page at a time.
  const name = newSlug("abe");
  const email = `${name}@example.com`;
  await page.goto(links.people());
  const form = panel(page, "Add a person");
  await form.getByLabel("E-mail").fill(email);
  await form.getByLabel("Name").fill(name);
  await form.getByRole("checkbox", { name: /^viewer/ }).check();
  await form.getByRole("button", { name: "Add person" }).click();
  await expect(form).toContainText(`${name} may sign in.`);
  const generated = (await form.getByRole("button", { name: /copy password/ }).getAttribute("title"))!;

  const signIn = new SignInPage(outside);
  await signIn.open();
  await signIn.signIn({ email, password: generated });
  await new Frame(outside).heads("Change your password");
  await outside.getByLabel("Present password").fill(generated);
  await outside.getByLabel("New password", { exact: true }).fill("a long one of her own");
  await outside.getByLabel("New password again").fill("a long one of her own");
  await outside.getByRole("button", { name: "Change password" }).click();
  await new Frame(outside).heads("Overview");

  await page.goto(links.people());
  await page.getByRole("button", { name: `Give reviewer to ${name}` }).click();
  await expect(page.getByRole("button", { name: `Take reviewer back from ${name}` })).toBeVisible();
  await entry(page, name).getByText("Account…").click();
  await entry(page, name).getByRole("button", { name: "Disable" }).click();
  await expect(entry(page, name)).toContainText("disabled");
  await outside.goto(links.reviews());
  await signIn.isShown();
  const [stored] = await library.records.select().from(persons).where(eq(persons.email, email));
  expect(stored!.disabledAt).not.toBeNull();
});

test("a policy is changed with a reason, and not over somebody else's change", async ({ signedIn }) => {
  const [ada, ben, viewer] = [await signedIn("admin"), await signedIn("admin"), await signedIn("viewer")];
  const field = (page: Page) => page.getByLabel("After breaking glass the note is due within");
  const save = async (page: Page, hours: string, reason: string) => {
    await field(page).fill(hours);
    await page.locator("#policy-reason").fill(reason);
    await page.getByRole("button", { name: "Put it in force" }).click();
  };
  await ada.page.goto(links.policies());
  await ben.page.goto(links.policies());
  const before = await field(ada.page).inputValue();
  const after = before === "71" ? "70" : "71";
  await save(ada.page, "0", "too little");
  await expect(ada.page.locator("main").getByRole("alert")).toContainText("Not done: nothing was changed.");
  await expect(field(ada.page)).toHaveAttribute("aria-invalid", "true");
  const reason = newSlug("the night shift asked for it");
  await save(ada.page, after, reason);
  await expect(panel(ada.page, "How it came to be so")).toContainText(reason);
  await expect(panel(ada.page, "How it came to be so")).toContainText(`${before} hours → ${after} hours`);
  await expect(field(ada.page)).toHaveValue(after);
  await save(ben.page, "48", "at the same time");
  await expect(ben.page.locator("main").getByRole("alert")).toContainText("Not done: nothing was changed.");
  await viewer.page.goto(links.policies());
  await expect(field(viewer.page)).toHaveValue(after);
  await expect(field(viewer.page)).toBeDisabled();
  await expect(viewer.page.getByRole("button", { name: "Put it in force" })).toHaveCount(0);
});

test("an exception is granted for one tenant, counts for its requests, and is ended", async ({
  signedIn,
  library,
  world,
}) => {
  const tenant = await newActiveTenant({ library, world });
  const admin = await signedIn("admin");
  const operator = await signedIn("operator");
  const { page } = admin;
  await page.goto(links.policies());
  const form = panel(page, "Grant an exception");
  await form.getByLabel("From which rule").selectOption({ label: "Suspend: reviews" });
  await form.getByLabel("What holds instead").fill("2");
  await form.getByLabel("Platform").selectOption({ label: "harbor" });
  await form.getByLabel("Tenant key").fill(tenant.key);
  await form.getByLabel("Who answers for it").selectOption({ label: admin.actor.name });
  await form.getByLabel("For how many days").fill("91");
  await form.getByLabel("Why").fill(tenant.slug);
  await form.getByRole("button", { name: "Grant it" }).click();
  await expect(form.getByLabel("For how many days")).toHaveAttribute("aria-invalid", "true");
  await expect(form.getByLabel("Who answers for it")).toHaveValue(admin.actor.personId);
  await form.getByLabel("For how many days").fill("2");
  await form.getByRole("button", { name: "Grant it" }).click();
  await expect(form).toContainText("The exception is in force.");
  const granted = panel(page, "Exceptions").getByRole("listitem").filter({ hasText: tenant.slug });
  await expect(granted).toContainText(`${admin.actor.name} answers for it`);

  const request = new RequestPage(operator.page);
  await request.open({ kind: "suspend", database: world.eu.id, tenant: tenant.key });
  await request.lookAtPlan();
  await expect(operator.page.locator("main")).toContainText("2 different reviewers");

  await granted.getByRole("button", { name: /^End it now/ }).click();
  await expect(granted).toContainText("ended");
  await request.lookAtPlan();
  await expect(operator.page.locator("main")).not.toContainText("2 different reviewers");
});

test("a key of somebody else's is trusted and distrusted, and a new one signs", async ({ signedIn }) => {
  const { page } = await signedIn("admin");
  const { page: other } = await signedIn("viewer");
  const label = newSlug("partner");
  const publicKey = generateKeyPairSync("ed25519").publicKey.export({
    type: "spki",
    format: "pem",
  }) as string;
  await page.goto(links.keys());
  const form = panel(page, "Trust somebody else's key");
  await form.getByLabel("Name").fill(label);
  await form.getByLabel("Public key").fill("no key at all");
  await form.getByRole("button", { name: "Trust it" }).click();
  await expect(form.getByLabel("Public key")).toHaveAttribute("aria-invalid", "true");
  await form.getByLabel("Public key").fill(publicKey);
  await form.getByRole("button", { name: "Trust it" }).click();
  await expect(entry(page, label)).toContainText("somebody else's, trusted");
  await entry(page, label).getByText("Distrust it…").click();
  await entry(page, label).getByLabel("Why").fill("it was on a stolen laptop");
  await entry(page, label).getByRole("button", { name: "Distrust the key" }).click();
  await expect(entry(page, label)).toContainText("it was on a stolen laptop");

  const signer = newSlug("rotation");
  await panel(page, "Make a new signing key").getByLabel("Name").fill(signer);
  await page.getByRole("button", { name: "Make it, and sign with it" }).click();
  await expect(entry(page, signer)).toContainText("signs now, trusted");
  await other.goto(links.keys());
  await expect(entry(other, signer)).toContainText("signs now, trusted");
  await expect(other.locator("main form")).toHaveCount(0);
});

test("a webhook is added, paused, tried and removed; its secret is shown once", async ({ signedIn }) => {
  const { page } = await signedIn("admin");
  const name = newSlug("pager");
  await page.goto(links.webhooks());
  const form = panel(page, "Add a webhook");
  await form.getByLabel("Name").fill(name);
  await form.getByLabel("Address").fill("https://me:word@hooks.example.com/x");
  await form.getByRole("button", { name: "Add webhook" }).click();
  await expect(form.getByLabel("Address")).toHaveAttribute("aria-invalid", "true");
  await form.getByLabel("Address").fill("https://example.com/hooks");
  await form.getByRole("button", { name: "Add webhook" }).click();
  await expect(form).toContainText("is shown now and never again");
  const secret = (await form.getByRole("button", { name: /copy secret/ }).getAttribute("title"))!;
  const hook = entry(page, name);
  await hook.getByRole("button", { name: /^Pause/ }).click();
  await expect(hook).toContainText("paused");
  await hook.getByRole("button", { name: /^Resume/ }).click();
  await expect(hook.getByRole("button", { name: /^Pause/ })).toBeVisible();
  await hook.getByRole("button", { name: /^Send a test/ }).click();
  await expect(panel(page, "Deliveries")).toContainText(name);
  await expect(async () => {
    await page.reload();
    // A private address is not gone to.
    await expect(hook).not.toContainText("nothing delivered yet", { timeout: 1 });
  }).toPass();
  expect(await page.content()).not.toContain(secret);
  await hook.getByText("Remove…").click();
  await hook.getByRole("button", { name: /^Remove it/ }).click();
  await expect(hook).toHaveCount(0);
});

test("nobody else gets any of it done, by the page or by its forms", async ({ signedIn, library, world }) => {
  const admin = await signedIn("admin", WITHOUT_SCRIPTS);
  const operator = await newPerson(library.records, "operator");
  const mark = newSlug("forged");
  const { records } = library;
  const exception = await formOf(admin.page, links.policies(), "Grant it", {
    "What holds instead": "2",
    "For how many days": "0.01",
    "Tenant key": (await keyOfSlug(world.eu.url, "kestrel"))!,
    Why: mark,
  });
  await admin.page.goto(links.keys());
  await admin.page.getByText("Make a new key…").first().click();
  const encryption = await postOf(admin.page, "Make it, and encrypt to it");
  const attempts = [
    {
      form: { ...encryption, fields: { ...encryption.fields, label: mark } },
      stored: () => records.$count(encryptionKeys, eq(encryptionKeys.label, mark)),
    },
    {
      form: await formOf(admin.page, links.people(), "Add person", {
        "E-mail": `${mark}@example.com`,
        Name: mark,
      }),
      stored: () => records.$count(persons, eq(persons.name, mark)),
    },
    {
      form: await formOf(admin.page, links.keys(), "Make it, and sign with it", { Name: mark }),
      stored: () => records.$count(signingKeys, eq(signingKeys.label, mark)),
    },
    {
      form: await formOf(admin.page, links.webhooks(), "Add webhook", {
        Name: mark,
        Address: "https://hooks.example.com/x",
      }),
      stored: () => records.$count(webhooks, eq(webhooks.name, mark)),
    },
    {
      form: {
        ...exception,
        fields: {
          ...exception.fields,
          of: "suspend:reviews",
          platformId: world.platformId,
          ownerId: admin.actor.personId,
        },
      },
      stored: () => records.$count(policyExceptions, eq(policyExceptions.reason, mark)),
    },
  ];
  for (const { form, stored } of attempts) {
    expect((await send(world, form, { as: operator })).location).toBeNull();
    expect(await stored(), form.url).toBe(0);
    // The form itself was good.
    await send(world, form, { as: admin });
    expect(await stored(), form.url).toBe(1);
  }

  const { page } = await signedIn("operator");
  for (const address of [links.people(), links.webhooks()])
    expect((await page.goto(address))!.status(), address).toBe(403);
});
