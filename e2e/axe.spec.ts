/** No page breaks a rule of WCAG 2.2 AA that a program can find, light or dark, on a desk or a phone. */
import { AxeBuilder } from "@axe-core/playwright";
import type { Page } from "@playwright/test";
import { eq, sql } from "drizzle-orm";
import { links } from "../components/links.ts";
import { OPERATION_STATES, operations } from "../lib/records/schema/operations.ts";
import { shard } from "../lib/testing/shard.ts";
import { newCertificate } from "./fixtures/certificates.ts";
import { newComparison } from "./fixtures/comparisons.ts";
import { newEffect } from "./fixtures/effects.ts";
import { allRoutes, routeOf } from "./fixtures/every-page.ts";
import { MEASURED, newMeasurement } from "./fixtures/measured.ts";
import { ask, hold } from "./fixtures/operations.ts";
import { newPerson } from "./fixtures/people.ts";
import { keyOfSlug, newTenant } from "./fixtures/tenants.ts";
import { expect, PHONE, test } from "./fixtures/test.ts";
import type { World } from "./fixtures/world.ts";
import { PLATFORM } from "./pages/tenants-page.ts";

const TAGS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"];

const DESK = { width: 1440, height: 900 };

interface Look {
  readonly theme: "light" | "dark";
  readonly size: { readonly width: number; readonly height: number };
  readonly rules: "all" | "colours";
}

/** A theme is only colours: what has been seen in one theme and width is looked at for them alone in the other theme. */
const LOOKS: readonly Look[] = [
  { theme: "light", size: DESK, rules: "all" },
  { theme: "dark", size: DESK, rules: "colours" },
  { theme: "dark", size: PHONE.viewport!, rules: "all" },
  { theme: "light", size: PHONE.viewport!, rules: "colours" },
];

/** By day on a desk, and in one of the other looks: another one for each page, and for each seed. */
function looksOf(page: number): readonly Look[] {
  const [first, ...others] = LOOKS;
  return [first!, ...shard(others, others.length, page)];
}

/** Once on a desk and once on a phone: for what differs little from page to page. */
const TWICE = LOOKS.filter(({ rules }) => rules === "all");

/** What is wrong with the page as it stands, a sentence each; empty where nothing is. */
async function faultsOf(page: Page, name: string, looks = LOOKS): Promise<string[]> {
  const faults: string[] = [];
  for (const { theme, size, rules } of looks) {
    await page.emulateMedia({ colorScheme: theme });
    await page.setViewportSize(size);
    const where = `${name}, ${theme}, ${size.width} px`;
    // Without frames in the page, the legacy mode spares a blank page for each look.
    const axe = new AxeBuilder({ page }).setLegacyMode();
    const looked = rules === "all" ? axe.withTags(TAGS) : axe.withRules(["color-contrast"]);
    const { violations, passes } = await looked.analyze();
    expect(passes.length, `${where}: something was looked at`).toBeGreaterThan(0);
    for (const { id, nodes } of violations)
      faults.push(`${where}: ${id}: ${nodes.map(({ target, html }) => `${target} ${html}`).join(" | ")}`);
    const wider = await page.evaluate(
      () => document.documentElement.scrollWidth - document.documentElement.clientWidth,
    );
    if (wider > 0) faults.push(`${where}: ${wider} px wider than the screen`);
  }
  return faults;
}

/** What pages are about that are one of many. */
interface About {
  readonly tenant: string;
  readonly operation: string;
  readonly comparison: string;
  readonly effect: string;
  readonly certificate: string;
}

/** Every page that somebody who is signed in may come to; an address can be of a page that another one shows already. */
function addresses(world: World, about: About): string[] {
  const { tenant, operation, comparison, effect, certificate } = about;
  const change = { section: "tables", name: "public.carriers", value: "global" };
  return [
    links.overview(),
    links.tenants(PLATFORM),
    links.tenants(PLATFORM, { q: "there is none of this name" }),
    links.tenant(PLATFORM, tenant),
    links.operations(),
    links.newOperation(),
    links.newOperation({ kind: "export", database: world.eu.id, tenant }),
    links.newOperation({ kind: "import", bundle: world.bundleId }),
    links.newOperation({ kind: "drill", bundle: world.bundleId }),
    links.newOperation({ kind: "upgrade", bundle: world.bundleId }),
    links.newOperation({ kind: "create", database: world.eu.id }),
    links.newOperation({ kind: "delete", database: world.eu.id, tenant }),
    links.newOperation({ kind: "restore", database: world.eu.id, tenant }),
    links.certificate(certificate),
    links.operation(operation),
    links.operation(operation, { act: "break-glass" }),
    links.operationReview(operation),
    links.reviews(),
    links.notices(),
    links.bundles(),
    links.bundle(world.bundleId),
    links.bundleRows(world.bundleId),
    links.bundleDownload(world.bundleId),
    links.bundleCompare(world.bundleId),
    links.comparison(comparison),
    links.effect(effect),
    links.bundleUpload(),
    links.platforms(),
    links.newPlatform(),
    links.platform(PLATFORM),
    links.newDatabase(PLATFORM),
    links.database(PLATFORM, "eu-1"),
    links.deregister(PLATFORM),
    links.model(PLATFORM, { table: "public.shipments" }),
    links.modelGraph(PLATFORM),
    links.modelReferences(PLATFORM),
    links.modelEdit(PLATFORM, { edit: JSON.stringify(change) }),
    links.modelVersions(PLATFORM),
    links.migrations(PLATFORM),
    links.migration(PLATFORM, "20230206090000"),
    links.migration(PLATFORM, MEASURED.version),
    links.schema(PLATFORM, { from: MEASURED.before, to: MEASURED.version }),
    links.audit(),
    links.settings(),
    links.people(),
    links.policies(),
    links.policies({ platform: PLATFORM }),
    links.keys(),
    links.webhooks(),
    links.changePassword(),
  ];
}

/** Open to everybody. */
const OUTSIDE = [links.signIn(), links.signIn({ next: links.operations() })];

test("every page, light and dark, on a desk and on a phone", async ({ signedIn, library, world }) => {
  const hands = { library, world };
  const { page } = await signedIn("admin");
  const operator = await newPerson(library.records, "operator");
  const fresh = await newTenant(hands);
  const operation = await ask(hands, operator, { kind: "resume", input: { tenantKey: fresh.key } });
  const tenant = (await keyOfSlug(world.eu.url, "kestrel"))!;
  const comparison = await newComparison(hands, operator);
  const effect = await newEffect(hands, operator);
  await newMeasurement(library, world);
  const certificate = await newCertificate(hands, operator, operation);
  const faults: string[] = [];
  const seen = new Set<string>();
  for (const [at, address] of addresses(world, {
    tenant,
    operation,
    comparison,
    effect,
    certificate,
  }).entries()) {
    const answer = await page.goto(address);
    expect(answer!.status(), address).toBe(200);
    if (seen.has(page.url())) continue;
    seen.add(page.url());
    if (address === links.modelGraph(PLATFORM))
      await expect(page.locator("main")).toContainText("tables drawn");
    faults.push(...(await faultsOf(page, address, looksOf(at))));
  }
  expect(faults).toEqual([]);
});

const ABOUT = { tenant: "1", operation: "2", comparison: "3", certificate: "4", effect: "5" };

test("the list above has every page that there is", ({ world }) => {
  const routes = allRoutes();
  expect(routes.length).toBeGreaterThan(30);
  const looked = [...OUTSIDE, ...addresses(world, ABOUT)];
  const covered = new Set(looked.map((address) => routeOf(address, routes)));
  expect([...covered].sort()).toEqual(routes);
});

test("the sign-in, and what stands in place of a page", async ({ stranger, signedIn }) => {
  const faults: string[] = [];
  const outside = await stranger();
  for (const address of OUTSIDE) {
    await outside.goto(address);
    faults.push(...(await faultsOf(outside, address)));
  }
  await outside.getByLabel("E-mail").fill("nobody@example.com");
  await outside.getByLabel("Password").fill("not the password");
  await outside.getByRole("button", { name: "Sign in", exact: true }).click();
  await expect(outside.locator("main").getByRole("alert")).toBeVisible();
  faults.push(...(await faultsOf(outside, "a sign-in refused")));
  const { page } = await signedIn("viewer");
  for (const address of [links.people(), links.operation("no-id-at-all")]) {
    await page.goto(address);
    faults.push(...(await faultsOf(page, address)));
  }
  expect(faults).toEqual([]);
});

/** In halves: each state is looked at twice, and one test for all of them takes minutes on a busy machine. */
const HALF = Math.ceil(OPERATION_STATES.length / 2);
for (const [half, states] of [OPERATION_STATES.slice(0, HALF), OPERATION_STATES.slice(HALF)].entries())
  test(`an operation in each of its states, ${half + 1} of 2`, async ({ signedIn, library, world }) => {
    const hands = { library, world };
    const { page } = await signedIn("admin");
    const operator = await newPerson(library.records, "operator");
    const { key } = await newTenant(hands);
    const id = await ask(hands, operator, { kind: "resume", input: { tenantKey: key } });
    await hold(library, id);
    const mine = eq(operations.id, id);
    const faults: string[] = [];
    for (const state of states) {
      // As a page reads it: nobody drives it, whatever it says.
      await library.records
        .update(operations)
        .set({ state, version: sql`${operations.version} + 1` })
        .where(mine);
      await page.goto(links.operation(id));
      faults.push(...(await faultsOf(page, state, TWICE)));
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
  faults.push(...(await faultsOf(page, "the palette", TWICE)));
  await page.keyboard.press("Escape");
  await page.keyboard.press("Shift+?");
  await expect(page.getByRole("dialog", { name: "Keyboard shortcuts" })).toBeVisible();
  faults.push(...(await faultsOf(page, "the shortcuts", TWICE)));
  await page.keyboard.press("Escape");
  await page.getByLabel(`${admin.email}, signed in`).click();
  faults.push(...(await faultsOf(page, "the person's menu", TWICE)));
  expect(faults).toEqual([]);
});
