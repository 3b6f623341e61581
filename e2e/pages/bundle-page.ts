import type { Download, Locator, Page } from "@playwright/test";
import { links } from "../../components/links.ts";
import { panel } from "./tenant-page.ts";

/** What is in one bundle. */
export class BundlePage {
  readonly page: Page;
  readonly header: Locator;
  readonly file: Locator;
  readonly contents: Locator;
  readonly downloads: Locator;
  readonly drills: Locator;

  constructor(page: Page) {
    this.page = page;
    this.header = page.locator("main header").first();
    this.file = panel(page, "The file");
    this.contents = panel(page, "Contents");
    this.downloads = panel(page, "Downloads");
    this.drills = panel(page, "Drills");
  }

  async open(id: string): Promise<void> {
    await this.page.goto(links.bundle(id));
  }

  /** From the bundle's page: why, then by the link. */
  async download(reason: string): Promise<Download> {
    await this.page.getByRole("link", { name: "Download…" }).click();
    await this.page.getByRole("textbox", { name: "Why you fetch it" }).fill(reason);
    await this.page.getByRole("button", { name: "Make a link" }).click();
    const download = this.page.waitForEvent("download");
    await this.page.getByRole("link", { name: "Download", exact: true }).click();
    return download;
  }
}
