import { afterAll, beforeAll, expect, it } from "vitest";
import type { Actor } from "../../../lib/access/actor.ts";
import { addTestActor } from "../../../lib/access/testing/people.ts";
import { SAMPLE_MANIFEST } from "../../../lib/bundle/testing/sample-bundle.ts";
import { canonicalJson } from "../../../lib/canonical/json.ts";
import { openRecords, type Records } from "../../../lib/records/client.ts";
import { newId } from "../../../lib/records/id.ts";
import { bundles } from "../../../lib/records/schema/bundles.ts";
import { createTestDatabase } from "../../../lib/testing/database.ts";
import { answerManifest } from "../../api/bundles/[id]/manifest/answer.ts";
import { askDownload, type BundleHands, hold, keep, reveal, verify } from "./acts.ts";

let records: Records;
let adam: Actor;
let vic: Actor;
const ID = newId();

beforeAll(async () => {
  records = openRecords((await createTestDatabase("records")).url);
  adam = (await addTestActor(records, "adam", ["admin"])).actor;
  vic = (await addTestActor(records, "vic", ["viewer"])).actor;
  const file = { store: "folder", name: "acme.tar.gz", manifest: SAMPLE_MANIFEST };
  await records.insert(bundles).values({ id: ID, ...file, state: "ready", origin: "upload" });
}, 120_000);
afterAll(() => records.close());

type Core = (hands: BundleHands, actor: Actor, form: FormData) => ReturnType<typeof reveal>;

async function send(core: Core, actor: Actor, fields: Record<string, string>) {
  const form = new FormData();
  for (const [name, value] of Object.entries(fields)) form.set(name, value);
  const outcome = await core({ records }, actor, form);
  return outcome.ok ? outcome.to : outcome.state.findings.map(({ code }) => code);
}

const FORMS: readonly (readonly [string, Core, Record<string, string>, string])[] = [
  [
    "reveal",
    reveal,
    { reason: "a case", table: "data-3", page: "2" },
    `/bundles/${ID}/rows?table=data-3&page=2`,
  ],
  ["verify", verify, {}, `/bundles/${ID}`],
  ["keep", keep, { retention: "year", reason: "audit" }, `/bundles/${ID}`],
  ["hold", hold, { hold: "set", reason: "a lawsuit" }, `/bundles/${ID}`],
];

it.each(FORMS)(
  "%s leads back, is refused to who may not, and to a form that is none",
  async (_act, core, fields, to) => {
    expect(await send(core, vic, { bundleId: ID, ...fields })).toEqual(["not-permitted"]);
    expect(await send(core, adam, { ...fields, bundleId: "x" })).toEqual(["form-unreadable"]);
    expect(await send(core, adam, { bundleId: ID, ...fields })).toBe(to);
  },
);

it("a download leads to its link, is refused to who may not, and to a form that is none", async () => {
  const ask: Core = (hands, actor, form) => askDownload(hands, { actor, signedInAt: Date.now() }, form);
  expect(await send(ask, vic, { bundleId: ID, reason: "a case" })).toEqual(["not-permitted"]);
  expect(await send(ask, adam, { bundleId: "x", reason: "a case" })).toEqual(["form-unreadable"]);
  expect(await send(ask, adam, { bundleId: ID, reason: " " })).toEqual(["reason-missing"]);
  expect(await send(ask, adam, { bundleId: ID, reason: "a case" })).toMatch(
    new RegExp(`^/bundles/${ID}/download\\?link=[0-9a-f-]{36}$`),
  );
});

it("keeps what was typed where it is refused, and takes no class or hold that there is none of", async () => {
  expect(await send(keep, adam, { bundleId: ID, retention: "month", reason: "" })).toEqual([
    "reason-missing",
  ]);
  expect(await send(keep, adam, { bundleId: ID, retention: "eon", reason: "x" })).toEqual([
    "form-unreadable",
  ]);
  expect(await send(hold, adam, { bundleId: ID, hold: "maybe", reason: "x" })).toEqual(["form-unreadable"]);
});

it("hands out the manifest byte by byte as it stands in the file, to who may see it", async () => {
  const answer = await answerManifest({ records }, vic, ID);
  expect(await answer.text()).toBe(canonicalJson(SAMPLE_MANIFEST));
  expect(answer.headers.get("content-disposition")).toContain("acme.tar.gz.manifest.json");
  const statuses = [
    await answerManifest({ records }, null, ID),
    await answerManifest({ records }, { ...vic, permissions: new Set() }, ID),
    await answerManifest({ records }, vic, newId()),
    await answerManifest({ records }, vic, "x"),
  ].map(({ status }) => status);
  expect(statuses).toEqual([401, 403, 404, 404]);
});
