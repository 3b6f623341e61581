import { expect, type Locator, type Page } from "@playwright/test";
import { links, type Query } from "../../components/links.ts";

export const PLATFORM = "harbor";

/** A platform's list of tenants. */
export class TenantsPage {
  readonly page: Page;
  readonly search: Locator;
  readonly table: Locator;

  constructor(page: Page) {
    this.page = page;
    this.search = page.getByRole("searchbox");
    this.table = page.getByRole("region", { name: "Tenants" }).getByRole("table");
  }

  async open(query?: Query): Promise<void> {
    await this.page.goto(links.tenants(PLATFORM, query));
    await expect(this.page.getByRole("heading", { level: 1, name: "Tenants" })).toBeVisible();
  }

  /** The filters' select boxes: State, Database, Size. */
  filter(name: string): Locator {
    return this.page.getByRole("search").getByLabel(name, { exact: true });
  }

  async find(text: string): Promise<void> {
    await this.search.fill(text);
    await this.search.press("Enter");
    await this.page.waitForURL((url) => url.searchParams.get("q") === text);
  }

  row(slug: string): Locator {
    return this.table
      .getByRole("row")
      .filter({ has: this.page.getByRole("link", { name: slug, exact: true }) });
  }

  /** Slugs in the order in which they stand. */
  slugs(): Locator {
    return this.table.locator("tbody tr td:first-child");
  }
}
