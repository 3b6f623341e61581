import { expect, type Locator, type Page } from "@playwright/test";
import { links } from "../../components/links.ts";
import type { Person } from "../fixtures/people.ts";

export class SignInPage {
  readonly page: Page;
  readonly email: Locator;
  readonly password: Locator;
  readonly submit: Locator;
  /** Why nobody was let in. */
  readonly refusal: Locator;

  constructor(page: Page) {
    this.page = page;
    this.email = page.getByLabel("E-mail");
    this.password = page.getByLabel("Password");
    this.submit = page.getByRole("button", { name: "Sign in", exact: true });
    this.refusal = page.locator("main").getByRole("alert");
  }

  async open(next?: string): Promise<void> {
    await this.page.goto(links.signIn({ next }));
    await this.isShown();
  }

  async isShown(): Promise<void> {
    await expect(this.page.getByRole("heading", { name: /^Sign in/ })).toBeVisible();
  }

  async signIn(person: Pick<Person, "email" | "password">): Promise<void> {
    await this.email.fill(person.email);
    await this.password.fill(person.password);
    await this.submit.click();
  }
}
