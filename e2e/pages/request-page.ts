import { expect, type Locator, type Page } from "@playwright/test";
import { links, type NewOperation } from "../../components/links.ts";
import { operationIdAt } from "./operation-page.ts";
import { panel } from "./tenant-page.ts";

/** The form with which any operation is asked for. */
export class RequestPage {
  readonly page: Page;
  readonly preview: Locator;
  /** `Send to review`, or the operation's own name where none is needed. */
  readonly send: Locator;
  readonly plan: Locator;
  readonly refusal: Locator;

  constructor(page: Page) {
    this.page = page;
    const form = page.locator("main form").filter({ has: page.locator("input[name=idempotencyKey]") });
    this.preview = form.getByRole("button", { name: "Look at the plan" });
    this.send = form.locator("button[name=intent][value=request]");
    this.plan = panel(page, "Plan");
    this.refusal = form.getByRole("alert");
  }

  async open(about: NewOperation): Promise<void> {
    await this.page.goto(links.newOperation(about));
  }

  field(label: string | RegExp): Locator {
    return this.page.locator("main form").getByLabel(label);
  }

  async fill(values: Readonly<Record<string, string>>): Promise<void> {
    for (const [label, value] of Object.entries(values)) await this.field(label).fill(value);
  }

  /** Looks at the plan, and waits until it stands there. */
  async lookAtPlan(): Promise<void> {
    await this.preview.click();
    await expect(this.plan).toContainText("Nothing has been stored or changed.");
  }

  /** Asks for it, and gives the id of the operation whose page opens. */
  async request(): Promise<string> {
    await this.send.click();
    await this.page.waitForURL(/\/operations\/[0-9a-f-]{36}$/);
    return operationIdAt(this.page);
  }
}
