import { expect, type Locator, type Page } from "@playwright/test";

/** What stands around every page of the console. */
export class Frame {
  readonly page: Page;
  readonly sections: Locator;
  readonly main: Locator;

  constructor(page: Page) {
    this.page = page;
    this.sections = page.getByRole("navigation", { name: "Sections" });
    this.main = page.locator("main#content");
  }

  /** The page's own heading. */
  async heads(title: string | RegExp): Promise<void> {
    await expect(this.page.getByRole("heading", { level: 1, name: title })).toBeVisible();
  }

  async goTo(section: string): Promise<void> {
    await this.sections.getByRole("link", { name: section }).click();
  }

  async openPersonMenu(email: string): Promise<void> {
    await this.page.getByLabel(`${email}, signed in`).click();
  }
}
