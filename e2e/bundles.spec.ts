/** Bundles through the browser: whose signature one bears, how much a person may send, and a tenant under other names. */
import { randomUUID } from "node:crypto";
import { eq } from "drizzle-orm";
import { links } from "../components/links.ts";
import { newId } from "../lib/records/id.ts";
import { bundles } from "../lib/records/schema/bundles.ts";
import { signingKeys } from "../lib/records/schema/signing-keys.ts";
import { uploads } from "../lib/records/schema/uploads.ts";
import { approve, ended } from "./fixtures/operations.ts";
import { newPerson } from "./fixtures/people.ts";
import { digestsOf, keyOfSlug, newSlug, onDatabase } from "./fixtures/tenants.ts";
import { expect, test } from "./fixtures/test.ts";
import { BundlePage } from "./pages/bundle-page.ts";
import { RequestPage } from "./pages/request-page.ts";

test("a bundle's page says who signed it, and that a key which was trusted then is not any more", async ({
  signedIn,
  library: { records },
  world,
}) => {
  const { page, actor } = await signedIn("viewer");
  const bundle = new BundlePage(page);
  await bundle.open(world.bundleId);
  await expect(bundle.file).toContainText("trusted");
  await expect(bundle.file).toContainText("made at the first start");
  await expect(bundle.file.getByRole("button", { name: /copy Key/ })).toBeVisible();

  const keyId = randomUUID();
  await records.insert(signingKeys).values({
    keyId,
    publicKey: keyId,
    label: "the archive's",
    trusted: false,
    distrustedAt: new Date(),
    distrustedBy: actor.personId,
    distrustReason: "its holder has left",
  });
  const [exported] = await records.select().from(bundles).where(eq(bundles.id, world.bundleId));
  const { signatureKey: _, ...copied } = exported!;
  const id = newId();
  const signature = { state: "trusted", keyId };
  await records.insert(bundles).values({ ...copied, id, name: `${id}.tar.gz`, operationId: null, signature });
  await bundle.open(id);
  await expect(bundle.file).toContainText("Signature now");
  await expect(bundle.file).toContainText("When it came");
  await expect(bundle.file).toContainText("the archive's");
  await expect(bundle.file).toContainText("its holder has left It is not imported any more.");
  await records.delete(bundles).where(eq(bundles.id, id));
});

test("what a person may not upload any more is refused with what to do", async ({
  signedIn,
  library: { records },
  world,
}) => {
  const { page, actor } = await signedIn("operator");
  const sent = (state: "receiving" | "refused", bytes: number) => ({
    id: newId(),
    platformId: world.platformId,
    personId: actor.personId,
    state,
    store: "folder",
    name: randomUUID(),
    fileName: "before.tar.gz",
    bytes,
    heartbeatAt: new Date(),
    beganAt: new Date(),
  });
  const upload = async () => {
    await page.goto(links.bundleUpload());
    const buffer = Buffer.from([0x1f, 0x8b, 8, 0, 0, 0, 0, 0, 0, 3, 0, 0, 0, 0]);
    await page
      .getByLabel("The bundle's file")
      .setInputFiles({ name: "acme.tar.gz", mimeType: "application/gzip", buffer });
    await page.getByRole("button", { name: "Upload and verify" }).click();
    return page.locator("main").getByRole("alert");
  };
  await records.insert(uploads).values(Array.from({ length: 3 }, () => sent("receiving", 0)));
  await expect(await upload()).toContainText("You have 3 uploads under way");
  await records.delete(uploads).where(eq(uploads.personId, actor.personId));
  await records.insert(uploads).values(sent("refused", 256 * 2 ** 30));
  await expect(await upload()).toContainText("more than the 256 GiB that one person may within a day");
  expect(await records.$count(uploads, eq(uploads.personId, actor.personId))).toBe(1);
});

test("a bundle is imported beside its original under another slug and other domains", async ({
  signedIn,
  library,
  world,
}) => {
  const original = (await keyOfSlug(world.eu.url, "saltmarsh"))!;
  const before = await digestsOf(world.eu.url, original);
  const { page } = await signedIn("operator");
  const request = new RequestPage(page);
  await request.open({ kind: "import", bundle: world.bundleId, database: world.eu.id });
  const slug = newSlug("curlew");
  await request.fill({ "New slug": slug, Reason: "a copy to try things on" });
  const former = page.getByRole("group", { name: "New domains" }).getByRole("textbox");
  const domains: string[] = [];
  for (const field of await former.all()) {
    domains.push(`${domains.length}.${slug}.example`);
    await field.fill(domains.at(-1)!);
  }
  expect(domains.length).toBeGreaterThan(1);
  await request.lookAtPlan();
  await expect(request.plan).toContainText(slug);
  await expect(request.field("New slug")).toHaveValue(slug);
  const id = await request.request();
  await approve({ library, world }, await newPerson(library.records, "reviewer"), id);
  expect((await ended(library, id)).state).toBe("succeeded");

  const key = (await keyOfSlug(world.eu.url, slug))!;
  const found = await onDatabase(world.eu.url, (client) =>
    client.query<{ hostname: string }>("SELECT hostname FROM domains WHERE organization_id = $1 ORDER BY 1", [
      key,
    ]),
  );
  expect(found.rows.map(({ hostname }) => hostname)).toEqual(domains);
  expect(await digestsOf(world.eu.url, original)).toEqual(before);
});
