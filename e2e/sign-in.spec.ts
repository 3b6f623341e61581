import { links } from "../components/links.ts";
import { revokeRole } from "../lib/access/people.ts";
import { newPerson } from "./fixtures/people.ts";
import { expect, test } from "./fixtures/test.ts";
import { Frame } from "./pages/frame.ts";
import { SignInPage } from "./pages/sign-in-page.ts";
import { PLATFORM, TenantsPage } from "./pages/tenants-page.ts";

test("somebody signs in, is greeted by the Overview, and signs out", async ({ stranger, library }) => {
  const page = await stranger();
  const person = await newPerson(library.records, "operator");
  const signIn = new SignInPage(page);
  await page.goto(links.overview());
  await signIn.isShown();
  await signIn.signIn(person);
  const frame = new Frame(page);
  await frame.heads("Overview");
  await frame.openPersonMenu(person.email);
  await page.getByRole("button", { name: "Sign out", exact: true }).click();
  await signIn.isShown();
  await page.goto(links.operations());
  await signIn.isShown();
});

test("a wrong password and an unknown e-mail get the same sentence", async ({ stranger, library }) => {
  const page = await stranger();
  const person = await newPerson(library.records, "operator");
  const signIn = new SignInPage(page);
  await signIn.open();
  for (const email of [person.email, "nobody@example.com"]) {
    await signIn.signIn({ email, password: "not the password" });
    await expect(signIn.refusal).toContainText("E-mail and password do not belong together.");
    await expect(signIn.email).toHaveValue(email);
  }
});

test("a deep link leads through the sign-in to where it points, filters and all", async ({
  stranger,
  library,
}) => {
  const page = await stranger();
  const person = await newPerson(library.records, "viewer");
  const wanted = links.tenants(PLATFORM, { q: "kestrel" });
  await page.goto(wanted);
  await new SignInPage(page).signIn(person);
  await expect(new TenantsPage(page).row("kestrel")).toBeVisible();
  await expect(page).toHaveURL(wanted);
});

test("a role that is taken away is gone with the next click", async ({ signedIn, library }) => {
  const admin = await signedIn("admin");
  const operator = await signedIn("operator");
  await operator.page.goto(links.operations());
  await new Frame(operator.page).heads("Operations");
  await revokeRole(library.records, admin.actor, operator.actor.personId, "operator");
  await new Frame(operator.page).goTo("Tenants");
  await new Frame(operator.page).heads("Your roles do not allow this");
});
