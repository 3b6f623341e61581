import { expect, type Locator, type Page } from "@playwright/test";
import { links } from "../../components/links.ts";
import { FOR_WORK } from "../fixtures/patience.ts";
import { panel } from "./tenant-page.ts";

/** The id in the address of an operation's page. */
export function operationIdAt(page: Page): string {
  return new URL(page.url()).pathname.split("/")[2] as string;
}

/** One operation, from its plan to its end. */
export class OperationPage {
  readonly page: Page;
  readonly header: Locator;
  readonly run: Locator;
  readonly log: Locator;
  readonly answers: Locator;
  readonly findings: Locator;
  readonly timeline: Locator;
  readonly actions: Locator;

  constructor(page: Page) {
    this.page = page;
    this.header = page.locator("main header").first();
    this.run = panel(page, "Run");
    this.log = panel(page, "Log");
    this.answers = panel(page, "In four answers");
    this.findings = panel(page, "Findings");
    this.timeline = panel(page, "Timeline");
    this.actions = panel(page, "Actions");
  }

  async open(id: string): Promise<void> {
    await this.page.goto(links.operation(id));
  }

  /** Without loading the page again: what the page heard of itself, which may be of a whole run's end. */
  async becomes(state: string): Promise<void> {
    await expect(this.header).toContainText(state, { timeout: FOR_WORK });
  }

  async act(name: string): Promise<void> {
    await this.actions.getByRole("button", { name, exact: true }).click();
  }

  /** How the page hears of the run: `live`, `polling`, `over`. */
  async hears(how: string): Promise<void> {
    await expect(
      this.run.or(this.log).locator("header").getByText(how, { exact: true }).first(),
    ).toBeVisible();
  }
}
