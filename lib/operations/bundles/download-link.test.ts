import { eq, sql } from "drizzle-orm";
import { afterAll, beforeAll, beforeEach, expect, it } from "vitest";
import type { Actor } from "../../access/actor.ts";
import { addTestActor } from "../../access/testing/people.ts";
import { newId } from "../../records/id.ts";
import { bundles, downloadLinks, downloads } from "../../records/schema/bundles.ts";
import { settings } from "../../records/schema/settings.ts";
import { LINK_HOLDS, makeDownloadLink, type PersonInSession } from "./download-link.ts";
import {
  BYTES,
  type DownloadWorld,
  newDownload,
  openDownloadWorld,
  REASON,
  SIGNED_IN,
  session,
  type TestDownload,
} from "./testing/download-world.ts";

let world: DownloadWorld;
let own: TestDownload;
let sue: Actor;
beforeAll(async () => {
  world = await openDownloadWorld();
  sue = (await addTestActor(world.records, "sue", ["support"])).actor;
}, 120_000);
afterAll(() => world.records.close());
beforeEach(async () => {
  own = await newDownload(world);
});

const mine = () => eq(downloadLinks.bundleId, own.id);

const lapse = () =>
  world.records.update(downloadLinks).set({ expiresAt: sql`now() - interval '1 second'` }).where(mine());

it("keeps why with the link, in the audit trail, and asks for it", async () => {
  expect(await world.records.select().from(downloadLinks).where(mine())).toMatchObject([
    { id: own.linkId, personId: world.sam.personId, reason: REASON },
  ]);
  await own.sent();
  expect((await own.audited()).slice(0, 2)).toMatchObject([
    { action: "bundle.download-asked", reason: REASON },
    { action: "bundle.download-begun", reason: REASON },
  ]);
  const codes = async (actor: Actor, asked: { bundleId: string; reason: string }) => {
    const made = await makeDownloadLink(world.records, session(actor), asked);
    return made.ok ? [] : made.findings.map(({ code }) => code);
  };
  expect(await codes(world.sam, { bundleId: own.id, reason: "  " })).toEqual(["reason-missing"]);
  expect(await codes(world.vic, { bundleId: own.id, reason: "a look" })).toEqual(["not-permitted"]);
  expect(await codes(world.sam, { bundleId: newId(), reason: "a look" })).toEqual(["bundle-unknown"]);
  await world.records.update(bundles).set({ state: "expired" }).where(eq(bundles.id, own.id));
  expect(await codes(world.sam, { bundleId: own.id, reason: "a look" })).toEqual(["bundle-expired"]);
  expect(await world.records.$count(downloadLinks, mine())).toBe(1);
});

it("sends nothing without a link, by another person's, another session's or another bundle's", async () => {
  const other = newId();
  const [row] = await world.records.select().from(bundles).where(eq(bundles.id, own.id));
  await world.records.insert(bundles).values({ ...row!, id: other, store: other });
  const later: PersonInSession = { actor: world.sam, signedInAt: SIGNED_IN + 1 };
  const refusals = [
    await own.refused({ linkId: "" }),
    await own.refused({ linkId: "' OR 1=1" }),
    await own.refused({ linkId: newId() }),
    await own.refused({ linkId: await own.linkFor(sue) }),
    await own.refused({ linkId: await own.linkFor(world.sam, other) }),
    await own.refused({}, later),
  ];
  for (const { status, finding } of refusals)
    expect([status, finding.code]).toEqual([403, "download-link-missing"]);
  expect(await own.recorded()).toEqual([]);
});

it("sends nothing by a link that has expired, and says the way to another; what broke off is resumed in time", async () => {
  await lapse();
  const { status, finding } = await own.refused();
  expect([status, finding.code]).toEqual([410, "download-link-expired"]);
  expect(finding.todo).toContain("Choose Download on the bundle's page again");
  expect((await own.refused({ headersOnly: true })).status).toBe(410);
  const linkId = await own.linkFor(world.sam);
  const begun = await own.download({ linkId });
  if (!begun.ok) throw new Error(begun.finding.code);
  const reader = begun.body!.getReader();
  const first = (await reader.read()).value!;
  await lapse();
  await reader.cancel();
  const rest = await own.sent({ linkId, range: `bytes=${first.length}-`, ifRange: begun.headers.ETag! });
  expect(Buffer.concat([first, rest.bytes]).equals(BYTES)).toBe(true);
  const [link] = await world.records.select().from(downloadLinks).where(eq(downloadLinks.id, linkId));
  expect(link!.expiresAt.getTime()).toBeGreaterThan(Date.now() + (LINK_HOLDS - 1) * 60_000);
});

it("lets one person begin as many within an hour as the policy says, also at once, and says when the next may", async () => {
  await world.records.delete(downloads);
  const changed = { changedAt: new Date(), value: { downloadsAnHour: 3 } };
  await world.records.insert(settings).values({ name: "policy", ...changed });
  const five = await Promise.all(Array.from({ length: 5 }, () => own.download({ range: "bytes=0-9" })));
  const codes = five.map((result) => (result.ok ? result.status : result.finding.code));
  expect(codes.toSorted()).toEqual([206, 206, 206, "download-limit", "download-limit"]);
  const { status, headers, finding } = await own.refused();
  expect(status).toBe(429);
  expect(Number(headers["Retry-After"])).toBeGreaterThan(3500);
  expect(finding.what).toContain("3 downloads within an hour");
  for (const result of five) if (result.ok) await result.body!.cancel();
  expect((await own.audited()).filter(({ action }) => action === "bundle.download-refused")).toHaveLength(1);
  expect(await own.recorded()).toHaveLength(3);
  expect((await own.download({ linkId: await own.linkFor(sue), headersOnly: true }, session(sue))).ok).toBe(
    true,
  );
  await world.records.update(downloads).set({ beganAt: sql`now() - interval '61 minutes'` });
  expect((await own.sent()).status).toBe(200);
});
