import { execFileSync } from "node:child_process";
import { readFile } from "node:fs/promises";
import { eq } from "drizzle-orm";
import { links } from "../components/links.ts";
import { decryptAge } from "../lib/bundle/encryption/decrypt.ts";
import { makeAgeKey } from "../lib/bundle/encryption/keys.ts";
import { bundles } from "../lib/records/schema/bundles.ts";
import { keyOfSlug } from "./fixtures/tenants.ts";
import { expect, test } from "./fixtures/test.ts";
import { BundlePage } from "./pages/bundle-page.ts";
import { OperationPage } from "./pages/operation-page.ts";
import { RequestPage } from "./pages/request-page.ts";
import { panel } from "./pages/tenant-page.ts";

test("a bundle for a customer is encrypted to them, read by the console, and opened by what they have", async ({
  signedIn,
  library,
  world,
}, testInfo) => {
  const { page } = await signedIn("operator");
  const customer = await makeAgeKey();
  const tenant = (await keyOfSlug(world.eu.url, "kestrel"))!;
  const request = new RequestPage(page);
  await request.open({ kind: "export", database: world.eu.id, tenant });
  await request.field("Encrypt it for others too").fill("age1nobody");
  await request.preview.click();
  await expect(request.refusal).toContainText("age public key, age1 and 58 more");
  await request.field("Encrypt it for others too").fill(customer.recipient);
  await request.lookAtPlan();
  await expect(request.plan).toContainText("opens for this platform and for one other");
  await page.screenshot({ path: testInfo.outputPath("form.png"), fullPage: true });
  await request.request();
  await new OperationPage(page).becomes("succeeded");
  await page.getByRole("link", { name: "Open the bundle" }).click();
  const bundle = new BundlePage(page);
  await expect(bundle.file).toContainText("to this platform and to one other, with age");
  await expect(bundle.file).toContainText("No offset index exists over an encrypted file");
  await page.screenshot({ path: testInfo.outputPath("bundle.png"), fullPage: true });
  const id = new URL(page.url()).pathname.split("/")[2]!;

  await page.goto(links.bundleRows(id));
  await expect(page.getByRole("table")).toBeVisible();
  await expect(page.locator("main")).toContainText("opens only from its beginning");

  await bundle.open(id);
  const path = await (await bundle.download("for the customer")).path();
  const [known] = await library.records.select().from(bundles).where(eq(bundles.id, id));
  expect(known).toMatchObject({ encrypted: true });
  async function* file() {
    yield await readFile(path);
  }
  const pieces: Buffer[] = [];
  for await (const piece of decryptAge(file(), [customer.identity])) pieces.push(piece);
  const names = execFileSync("tar", ["tz"], { input: Buffer.concat(pieces), encoding: "utf8" });
  expect(names).toMatch(/^manifest\.json\n[\s\S]*\nseal\.json\n$/);
});

test("an admin renews a platform's encryption key, and chooses where its bundles are kept", async ({
  signedIn,
}, testInfo) => {
  const { page } = await signedIn("admin");
  await page.goto(links.keys());
  const keys = panel(page, "Encryption keys");
  await keys.getByText("Make a new key…").first().click();
  await keys.getByLabel("Name").first().fill("yearly");
  await keys.getByRole("button", { name: "Make it, and encrypt to it" }).first().click();
  await expect(keys).toContainText("Bundles are encrypted to the new key from now on.");
  await expect(keys).toContainText("opens former ones");
  await page.screenshot({ path: testInfo.outputPath("keys.png"), fullPage: true });
  await page.goto(links.platform("harbor"));
  const kept = panel(page, "Where bundles are kept");
  await kept.getByLabel("Compression").selectOption("gzip");
  await kept.getByRole("button", { name: "Keep them there" }).click();
  await expect(page.locator("main")).toContainText("bundles in the store folder, gzip");
  await page.setViewportSize({ width: 390, height: 844 });
  await page.emulateMedia({ colorScheme: "dark" });
  await page.screenshot({ path: testInfo.outputPath("platform-phone.png"), fullPage: true });
  await page.goto(links.keys());
  await page.screenshot({ path: testInfo.outputPath("keys-phone.png"), fullPage: true });
  const { wide, screen } = await page.evaluate(() => ({
    wide: document.documentElement.scrollWidth,
    screen: document.documentElement.clientWidth,
  }));
  expect(wide).toBeLessThanOrEqual(screen);
});
