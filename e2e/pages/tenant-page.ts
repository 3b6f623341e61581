import { expect, type Locator, type Page } from "@playwright/test";
import { links } from "../../components/links.ts";
import { PLATFORM } from "./tenants-page.ts";

/** One tenant. */
export class TenantPage {
  readonly page: Page;
  /** Its state, under its name. */
  readonly header: Locator;
  readonly actions: Locator;

  constructor(page: Page) {
    this.page = page;
    this.header = page.locator("main header").first();
    this.actions = panel(page, "Actions");
  }

  async open(key: string, database?: string): Promise<void> {
    await this.page.goto(links.tenant(PLATFORM, key, { database }));
  }

  async isIn(state: string): Promise<void> {
    await expect(this.header).toContainText(state);
  }

  /** `Export…` and its like: leads to the request's form where it is a link, else says why not. */
  action(title: string): Locator {
    return this.actions.getByRole("listitem").filter({ hasText: `${title}…` });
  }

  async ask(title: string): Promise<void> {
    await this.action(title).getByRole("link").click();
  }
}

/** A part of a page, by its title. */
export function panel(page: Page, title: string): Locator {
  return page
    .locator("section")
    .filter({ has: page.getByRole("heading", { level: 2, name: title, exact: true }) });
}
