import { expect, type Locator, type Page } from "@playwright/test";
import { links } from "../../components/links.ts";

export const JUDGEMENT = {
  Intent: "The right tenant, for the reason given.",
  Risk: "Low: nobody works in it.",
  Rollback: "Credible: the plan says how.",
  Reason: "As agreed with the customer.",
} as const;

/** A reviewer's page. */
export class ReviewPage {
  readonly page: Page;
  readonly approve: Locator;
  readonly reject: Locator;
  readonly refusal: Locator;

  constructor(page: Page) {
    this.page = page;
    this.approve = page.getByRole("button", { name: "Approve", exact: true });
    this.reject = page.getByRole("button", { name: "Reject", exact: true });
    this.refusal = page.locator("main").getByRole("alert");
  }

  async open(id: string): Promise<void> {
    await this.page.goto(links.operationReview(id));
  }

  /** Writes what a reviewer thinks into all four fields. */
  async judge(): Promise<void> {
    for (const [label, text] of Object.entries(JUDGEMENT))
      await this.page.getByRole("textbox", { name: label }).fill(text);
  }

  /** What stands there for somebody who may not. */
  async saysWhyNot(why: string | RegExp): Promise<void> {
    await expect(this.page.getByText("You cannot review this.")).toBeVisible();
    await expect(this.page.locator("main")).toContainText(why);
    await expect(this.approve).toHaveCount(0);
  }
}
