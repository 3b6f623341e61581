/**
 * No page breaks a rule of WCAG 2.2 AA that a program can find, light or dark, on a desk or a phone. A run takes one of
 * these looks at each page, by its seed; `npm run soak` takes all.
 */
import type { Page } from "@playwright/test";
import { eq, sql } from "drizzle-orm";
import { links } from "../components/links.ts";
import { OPERATION_STATES, operations } from "../lib/records/schema/operations.ts";
import { shard } from "../lib/testing/shard.ts";
import { OUTSIDE, ofBundles, ofOperations, ofPlatforms, ofSettings } from "./fixtures/addresses.ts";
import { faultsOf, lookBy, looksAt } from "./fixtures/axe.ts";
import { newCertificate } from "./fixtures/certificates.ts";
import { newComparison } from "./fixtures/comparisons.ts";
import { newEffect } from "./fixtures/effects.ts";
import { allRoutes, routeOf } from "./fixtures/every-page.ts";
import { newMeasurement } from "./fixtures/measured.ts";
import { ask, hold } from "./fixtures/operations.ts";
import { newPerson } from "./fixtures/people.ts";
import { keyOfSlug, newTenant } from "./fixtures/tenants.ts";
import { expect, test } from "./fixtures/test.ts";
import { PLATFORM } from "./pages/tenants-page.ts";

// None needs another: each worker takes the next one.
test.describe.configure({ mode: "parallel" });

// What is at fault is told as a sentence; keeping each page as it was takes half as long again as looking at it.
test.use({ trace: "off" });

/** Opens one after another. @param allowed whether all of them are there for this person */
async function faultsAt(page: Page, addresses: readonly string[], allowed = true): Promise<string[]> {
  const faults: string[] = [];
  const seen = new Set<string>();
  for (const [at, address] of addresses.entries()) {
    const looks = looksAt(at);
    await lookBy(page, looks[0]!);
    const answer = await page.goto(address);
    expect(answer!.ok(), address).toBe(allowed);
    if (seen.has(page.url())) continue;
    seen.add(page.url());
    if (address === links.modelGraph(PLATFORM))
      await expect(page.locator("main")).toContainText("tables drawn");
    faults.push(...(await faultsOf(page, address, looks)));
  }
  expect(seen.size, "pages that were looked at").toBeGreaterThan(0);
  return faults;
}

test("every page of platforms, their models and their migrations", async ({ signedIn, library, world }) => {
  const { page } = await signedIn("admin");
  await newMeasurement(library, world);
  expect(await faultsAt(page, ofPlatforms())).toEqual([]);
});

test("every page of tenants and operations", async ({ signedIn, library, world }) => {
  const hands = { library, world };
  const { page } = await signedIn("admin");
  const operator = await newPerson(library.records, "operator");
  const fresh = await newTenant(hands);
  const operation = await ask(hands, operator, { kind: "resume", input: { tenantKey: fresh.key } });
  const tenant = (await keyOfSlug(world.eu.url, "kestrel"))!;
  const certificate = await newCertificate(hands, operator, operation);
  expect(await faultsAt(page, ofOperations(world, { tenant, operation, certificate }))).toEqual([]);
});

test("every page of bundles", async ({ signedIn, library, world }) => {
  const hands = { library, world };
  const { page } = await signedIn("admin");
  const operator = await newPerson(library.records, "operator");
  const comparison = await newComparison(hands, operator);
  const effect = await newEffect(hands, operator);
  expect(await faultsAt(page, ofBundles(world, { comparison, effect }))).toEqual([]);
});

test("every page of settings, and the audit trail", async ({ signedIn }) => {
  const { page } = await signedIn("admin");
  expect(await faultsAt(page, ofSettings())).toEqual([]);
});

const ABOUT = { tenant: "1", operation: "2", comparison: "3", certificate: "4", effect: "5" };

test("those are all pages that there are", ({ world }) => {
  const routes = allRoutes();
  expect(routes.length).toBeGreaterThan(30);
  const looked = [
    ...OUTSIDE,
    ...ofOperations(world, ABOUT),
    ...ofBundles(world, ABOUT),
    ...ofPlatforms(),
    ...ofSettings(),
  ];
  const covered = new Set(looked.map((address) => routeOf(address, routes)));
  expect([...covered].sort()).toEqual(routes);
});

test("the sign-in, and what stands in place of a page", async ({ stranger, signedIn }) => {
  const outside = await stranger();
  const faults = await faultsAt(outside, OUTSIDE);
  await outside.getByLabel("E-mail").fill("nobody@example.com");
  await outside.getByLabel("Password").fill("not the password");
  await outside.getByRole("button", { name: "Sign in", exact: true }).click();
  await expect(outside.locator("main").getByRole("alert")).toBeVisible();
  faults.push(...(await faultsOf(outside, "a sign-in refused", looksAt(OUTSIDE.length))));
  const { page } = await signedIn("viewer");
  faults.push(...(await faultsAt(page, [links.people(), links.operation("no-id-at-all")], false)));
  expect(faults).toEqual([]);
});

/** A third in a run: each moves on the next time. */
const THIRD = shard(OPERATION_STATES, 3);

test(`an operation in each of its states: ${THIRD.join(", ")}`, async ({ signedIn, library, world }) => {
  const hands = { library, world };
  const { page } = await signedIn("admin");
  const operator = await newPerson(library.records, "operator");
  const { key } = await newTenant(hands);
  const id = await ask(hands, operator, { kind: "resume", input: { tenantKey: key } });
  await hold(library, id);
  const mine = eq(operations.id, id);
  const faults: string[] = [];
  for (const [at, state] of THIRD.entries()) {
    // As a page reads it: nobody drives it, whatever it says.
    await library.records
      .update(operations)
      .set({ state, version: sql`${operations.version} + 1` })
      .where(mine);
    await page.goto(links.operation(id));
    faults.push(...(await faultsOf(page, state, looksAt(at))));
  }
  expect(faults).toEqual([]);
});

test("what opens over a page", async ({ signedIn }) => {
  const admin = await signedIn("admin");
  const { page } = admin;
  await page.goto(links.operations());
  const faults: string[] = [];
  await page.keyboard.press("Control+k");
  await expect(page.getByRole("option").first()).toBeVisible();
  faults.push(...(await faultsOf(page, "the palette", looksAt(0))));
  await page.keyboard.press("Escape");
  await page.keyboard.press("Shift+?");
  await expect(page.getByRole("dialog", { name: "Keyboard shortcuts" })).toBeVisible();
  faults.push(...(await faultsOf(page, "the shortcuts", looksAt(1))));
  await page.keyboard.press("Escape");
  await page.getByLabel(`${admin.email}, signed in`).click();
  faults.push(...(await faultsOf(page, "the person's menu", looksAt(2))));
  expect(faults).toEqual([]);
});
