/**
 * `npm run screenshots`: the pictures of the README, taken in a console of its own with the demo platform in it. Each
 * is overwritten in docs/pictures; one that is too large fails.
 */
import { mkdirSync, statSync } from "node:fs";
import { join } from "node:path";
import { type Browser, type BrowserContextOptions, chromium, expect, type Page } from "@playwright/test";
import { BROWSER_FLAGS, findBrowser } from "../bin/checks/browser.ts";
import { ROOT } from "../bin/checks/run.ts";
import { links } from "../components/links.ts";
import type { Role } from "../lib/access/permissions.ts";
import { addTestActor } from "../lib/access/testing/people.ts";
import { type Console, openConsole } from "../lib/operations/console.ts";
import { MEASURED, newMeasurement } from "./fixtures/measured.ts";
import { ask, carryOut, ended, type Hands } from "./fixtures/operations.ts";
import { type Person, sessionCookie } from "./fixtures/people.ts";
import { runWorld } from "./fixtures/run-world.ts";
import { keyOfSlug } from "./fixtures/tenants.ts";
import { withoutWindows } from "./fixtures/windows.ts";
import type { World } from "./fixtures/world.ts";
import { OperationPage } from "./pages/operation-page.ts";
import { RequestPage } from "./pages/request-page.ts";
import { PLATFORM } from "./pages/tenants-page.ts";

const FOLDER = join(ROOT, "docs", "pictures");

/** Bytes: a README is read on a phone, too. */
const LARGEST = 150_000;

/** Milliseconds, on a machine that has other work to do. */
const PATIENCE = 60_000;

const DESK: BrowserContextOptions = { viewport: { width: 1200, height: 700 } };
const PHONE: BrowserContextOptions = { viewport: { width: 390, height: 844 } };

const say = (sentence: string) => void process.stdout.write(`${sentence}\n`);

/** One tenant has as many rows as a run needs to be seen running. */
const { world, stop } = await runWorld(say, { scale: 0.1, scales: { kestrel: 8 } });
const library = await openConsole({ ...world.env, NODE_ENV: "production" });
const browser = await chromium.launch({ executablePath: findBrowser() ?? undefined, args: BROWSER_FLAGS });
try {
  mkdirSync(FOLDER, { recursive: true });
  await takeAll({ library, world }, browser);
} finally {
  await browser.close();
  await library.close();
  await stop();
}
process.exit(0);

async function takeAll(hands: Hands, browser: Browser): Promise<void> {
  const { world } = hands;
  const ada = await person(hands.library, "ada", "operator");
  const ben = await person(hands.library, "ben", "reviewer");
  const kestrel = (await keyOfSlug(world.eu.url, "kestrel"))!;
  const island = (await keyOfSlug(world.eu.url, "tern-island"))!;
  const exported = await carryOut(
    hands,
    { kind: "export", input: { tenantKey: island }, reason: "before they are suspended" },
    ada,
  );
  const suspension = await ask(hands, ada, {
    kind: "suspend",
    input: { tenantKey: island },
    reason: "the invoices of two quarters are open",
  });

  const adas = await open(browser, world, ada, DESK);
  const running = await ask(hands, ada, {
    kind: "export",
    input: { tenantKey: kestrel },
    reason: "the customer asked for all of their data",
  });
  const bens = await open(browser, world, ben, DESK);
  await bens.goto(links.overview());
  await expect(bens.locator("main")).toContainText("moving", { timeout: PATIENCE });
  await take(bens, "overview");
  const operation = new OperationPage(adas);
  await operation.open(running);
  await expect(operation.run).toContainText("live", { timeout: PATIENCE });
  await expect(operation.run.locator(".recharts-area").first()).toBeVisible({ timeout: PATIENCE });
  await take(adas, "operation-running");
  await ended(hands.library, running);
  await operation.open(running);
  await expect(operation.header).toContainText("succeeded");
  await take(adas, "operation-succeeded");
  await adas.goto(links.tenant(PLATFORM, kestrel));
  await expect(adas.locator("main .recharts-bar").first()).toBeVisible({ timeout: PATIENCE });
  await take(adas, "tenant");
  await adas.goto(links.bundle(exported.result.links.bundle!));
  await take(adas, "bundle");
  await adas.emulateMedia({ colorScheme: "dark" });
  // Its many lines make a large file.
  await adas.setViewportSize({ width: 1080, height: 640 });
  await adas.goto(links.modelGraph(PLATFORM, { table: "public.shipments" }));
  await expect(adas.locator("main")).toContainText("tables drawn", { timeout: PATIENCE });
  await take(adas, "model-graph");

  await adas.emulateMedia({ colorScheme: "light" });
  await adas.setViewportSize({ width: 1200, height: 800 });
  await newMeasurement(hands.library, world);
  await adas.goto(`${links.migration(PLATFORM, MEASURED.version)}#measured`);
  await expect(adas.locator("#measured")).toContainText("Cannot be undone", { timeout: PATIENCE });
  await take(adas, "migration");
  await takeDelete(hands, adas);

  const phone = await open(browser, world, ben, PHONE);
  await phone.goto(links.operationReview(suspension));
  await take(phone, "review-on-a-phone");
}

/** What a delete would do, before anybody has asked for it: of a tenant whose gates are open. */
async function takeDelete(hands: Hands, page: Page): Promise<void> {
  const { world } = hands;
  const key = (await keyOfSlug(world.eu.url, "saltmarsh"))!;
  await carryOut(hands, { kind: "suspend", input: { tenantKey: key, fence: "on" } });
  const { result } = await carryOut(hands, { kind: "export", input: { tenantKey: key } });
  await carryOut(hands, { kind: "drill", input: { bundleId: result.links.bundle! } });
  await withoutWindows(hands, { key, slug: "saltmarsh" });
  const request = new RequestPage(page);
  await request.open({ kind: "delete", database: world.eu.id, tenant: key });
  await request.preview.click();
  await expect(request.plan).toContainText("public.organizations", { timeout: PATIENCE });
  await page.setViewportSize({ width: 960, height: 560 });
  await request.plan.scrollIntoViewIfNeeded();
  await take(page, "delete-plan");
}

async function person({ records }: Console, name: string, role: Role): Promise<Person> {
  const { actor, password } = await addTestActor(records, name, [role]);
  return { actor, email: actor.email, password };
}

async function open(
  browser: Browser,
  world: World,
  who: Person,
  options: BrowserContextOptions,
): Promise<Page> {
  const context = await browser.newContext({
    baseURL: world.address,
    locale: "en-GB",
    timezoneId: "Europe/Berlin",
    reducedMotion: "reduce",
    colorScheme: "light",
    ...options,
  });
  await context.addCookies([await sessionCookie(world, who)]);
  return context.newPage();
}

async function take(page: Page, name: string): Promise<void> {
  await expect(page.getByRole("heading", { level: 1 })).toBeVisible({ timeout: PATIENCE });
  const path = join(FOLDER, `${name}.png`);
  await page.screenshot({ path });
  const { size } = statSync(path);
  say(`${name}.png: ${Math.round(size / 1000)} kB`);
  if (size > LARGEST) throw new Error(`${path} is larger than ${LARGEST / 1000} kB.`);
}
