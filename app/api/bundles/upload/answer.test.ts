import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import { afterAll, beforeAll, beforeEach, expect, it } from "vitest";
import { actorOf, type SessionState } from "../../../../lib/access/actor-of.ts";
import { addTestActor } from "../../../../lib/access/testing/people.ts";
import { folderStore } from "../../../../lib/bundle/stores/folder.ts";
import { temporaryFolder, writeSample } from "../../../../lib/bundle/testing/write-sample.ts";
import { testSecrets } from "../../../../lib/operations/uploads/testing/keys.ts";
import { openRecords, type Records } from "../../../../lib/records/client.ts";
import { newId } from "../../../../lib/records/id.ts";
import { bundles } from "../../../../lib/records/schema/bundles.ts";
import { platforms } from "../../../../lib/records/schema/platforms.ts";
import { uploads } from "../../../../lib/records/schema/uploads.ts";
import { createTestDatabase } from "../../../../lib/testing/database.ts";
import { answerUpload } from "./answer.ts";

const secrets = testSecrets();

const PLATFORM = newId();
const ORIGIN = "http://console.example";

let records: Records;
let olga: SessionState;
let sam: SessionState;
let folder: string;
let bundle: Buffer;

beforeAll(async () => {
  records = openRecords((await createTestDatabase("records")).url);
  const session = async (name: string, role: "operator" | "support") => {
    const { actor } = await addTestActor(records, name, [role]);
    return actorOf(records, { personId: actor.personId, epoch: actor.sessionEpoch, signedInAt: Date.now() });
  };
  olga = await session("olga", "operator");
  sam = await session("sam", "support");
  await records.insert(platforms).values({ id: PLATFORM, name: "harbor", fileVersion: 1 });
}, 120_000);
afterAll(() => records.close());

beforeEach(async () => {
  folder = join(await temporaryFolder(), "bundles");
  bundle = await readFile((await writeSample("gzip")).path);
  await records.delete(uploads);
  await records.delete(bundles);
});

interface Posted {
  readonly session?: SessionState;
  readonly headers?: Record<string, string>;
  readonly platform?: string;
  readonly file?: Buffer;
  readonly limit?: number;
}

function post({ session = olga, headers, platform = PLATFORM, file = bundle, limit = 2 ** 30 }: Posted) {
  const form = new FormData();
  form.set("platform", platform);
  form.set("file", new File([new Uint8Array(file)], "acme.tar.gz"));
  const request = new Request(`${ORIGIN}/api/bundles/upload`, {
    method: "POST",
    body: form,
    headers: { host: "console.example", origin: ORIGIN, accept: "application/json", ...headers },
  });
  const stores = { ids: ["folder"], get: () => folderStore(folder) };
  return answerUpload({ records, stores, secrets, config: { uploadLimit: limit } }, session, request);
}

const HTML = { accept: "text/html" };
const files = () => readdir(folder).catch(() => []);

it("takes a bundle in, and leads to it: a script by an address, a plain form by itself", async () => {
  const answer = await post({});
  expect(answer.status).toBe(201);
  const [row] = await records.select().from(bundles);
  expect(await answer.json()).toEqual({ to: `/bundles/${row!.id}` });
  await records.delete(uploads);
  await records.delete(bundles);
  const plain = await post({ headers: HTML });
  const [other] = await records.select().from(bundles);
  expect([plain.status, plain.headers.get("location")]).toEqual([303, `/bundles/${other!.id}`]);
});

it("leads a plain form to what was recorded of its refusal, and tells a script the findings", async () => {
  const file = Buffer.from("no bundle at all, but long enough");
  const plain = await post({ file, headers: HTML });
  const [row] = await records.select().from(uploads);
  expect([plain.status, plain.headers.get("location")]).toEqual([303, `/bundles/upload?upload=${row!.id}`]);
  const answer = await post({ file });
  expect([answer.status, await answer.json()]).toMatchObject([
    422,
    { findings: [{ code: "bundle-unknown-format", todo: expect.any(String) }] },
  ]);
});

it.each<[string, number, string, () => Promise<Posted> | Posted]>([
  ["nobody", 401, "signed-out", () => ({ session: { state: "signed-out" } })],
  ["another site", 403, "other-origin", () => ({ headers: { origin: "https://evil.example" } })],
  ["somebody of another role", 403, "not-permitted", () => ({ session: sam })],
  ["a form for a platform that is not there", 404, "platform-unknown", () => ({ platform: newId() })],
  ["a form without a platform", 404, "platform-unknown", () => ({ platform: "" })],
  ["what is too large", 413, "upload-too-large", () => ({ limit: 100 })],
  ["no form", 400, "upload-without-file", () => ({ headers: { "content-type": "application/gzip" } })],
])("refuses %s, and keeps nothing", async (_who, status, code, posted) => {
  const answer = await post(await posted());
  expect([answer.status, await answer.json()]).toMatchObject([status, { findings: [{ code }] }]);
  expect(answer.headers.get("cache-control")).toBe("private, no-store");
  const plain = await post({ ...(await posted()), headers: { ...(await posted()).headers, ...HTML } });
  expect(plain.status === 303 || (await plain.text()).length > 20).toBe(true);
  expect(await files()).toEqual([]);
  expect(await records.select().from(bundles)).toEqual([]);
});
