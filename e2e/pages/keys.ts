/** Going through a page by the keyboard alone. */
import { expect, type Locator, type Page } from "@playwright/test";

/** More stops than any page on the way has. */
const STOPS = 120;

/** Presses Tab until the focus is there. Each stop on the way must be seen. */
export async function tabTo(page: Page, target: Locator): Promise<void> {
  for (let stop = 0; stop < STOPS; stop++) {
    if (await target.evaluate((element) => element === document.activeElement)) return;
    await page.keyboard.press("Tab");
    expect(await focusIsSeen(page), `the focus is seen at stop ${stop}`).toBe(true);
  }
  throw new Error(`Tab does not lead to ${target}.`);
}

/** An outline, or a border or background that only the focus has. */
export function focusIsSeen(page: Page): Promise<boolean> {
  return page.evaluate(() => {
    const element = document.activeElement;
    if (element === null || element === document.body) return true;
    const { outlineStyle, outlineWidth, boxShadow } = getComputedStyle(element);
    return (outlineStyle !== "none" && Number.parseFloat(outlineWidth) > 0) || boxShadow !== "none";
  });
}

/** Goes there by Tab, and presses Enter. */
export async function enter(page: Page, target: Locator): Promise<void> {
  await tabTo(page, target);
  await page.keyboard.press("Enter");
}
