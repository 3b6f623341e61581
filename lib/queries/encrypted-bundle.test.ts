/** An encrypted bundle's life in the console: made for a customer, read by the console, before and after a new key. */
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { and, eq } from "drizzle-orm";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { secretContext } from "../access/secret-context.ts";
import { decryptAge } from "../bundle/encryption/decrypt.ts";
import { makeAgeKey } from "../bundle/encryption/keys.ts";
import { Refusal } from "../findings/finding.ts";
import { askVerification, verifyWanted } from "../operations/bundles/verification.ts";
import {
  ensureEncryptionKeys,
  platformIdentities,
  platformRecipient,
} from "../operations/encryption/keys.ts";
import { rotateEncryptionKey } from "../operations/encryption/rotate.ts";
import { carryOut, createWorldOf, refusedWith, type TestWorld } from "../operations/testing/world.ts";
import { receiveUpload } from "../operations/uploads/receive.ts";
import { auditEntries } from "../records/schema/audit-entries.ts";
import { bundlePieces, bundles } from "../records/schema/bundles.ts";
import { encryptionKeys } from "../records/schema/encryption-keys.ts";
import { keyOfSlug, SMALL_PLATFORM, smallDatabase } from "../rows/testing/small-platform.ts";
import { readBundle } from "./bundle.ts";
import { readBundleRows } from "./bundle-rows.ts";
import { readBundleRowsQuery } from "./bundle-rows-list.ts";
import { listEncryptionKeys } from "./encryption-keys.ts";
import { Refused } from "./refused.ts";

let world: TestWorld;
let tenantKey: string;
let bundleId: string;
const customer = await makeAgeKey();

beforeAll(async () => {
  world = await createWorldOf(SMALL_PLATFORM, await smallDatabase("home"), await smallDatabase("elsewhere"));
  tenantKey = (await keyOfSlug(world.euClient, "one"))!;
  const input = { tenantKey, recipients: `${customer.recipient}\n` };
  bundleId = (await carryOut(world, { kind: "export", input })).result.links!.bundle!;
}, 120_000);
afterAll(() => world.close());

const rowOf = async (id: string) =>
  (await world.console.records.select().from(bundles).where(eq(bundles.id, id)))[0]!;
const fileOf = async (id: string) => readFile(join(world.folder, "bundles", (await rowOf(id)).name));

async function opened(bytes: Buffer, identity: string): Promise<string> {
  async function* file() {
    yield bytes;
  }
  try {
    let length = 0;
    for await (const piece of decryptAge(file(), [identity])) length += piece.length;
    return `${length > 0}`;
  } catch (error) {
    if (!(error instanceof Refusal)) throw error;
    return error.findings[0]!.code;
  }
}

describe("a bundle for a customer", () => {
  it("is encrypted to them and to the platform, proved, and opens for nobody else", async () => {
    const { records, secrets } = world.console;
    const own = (await platformRecipient(records, world.platformId))!;
    const row = await rowOf(bundleId);
    expect(row).toMatchObject({ state: "ready", encrypted: true, recipients: [own, customer.recipient] });
    expect(row.name).toMatch(/\.tar\.gz\.age$/);
    expect(await records.$count(bundlePieces, eq(bundlePieces.bundleId, bundleId))).toBe(0);
    const file = await fileOf(bundleId);
    expect(await opened(file, customer.identity)).toBe("true");
    const [identity] = await platformIdentities(records, secrets, world.platformId);
    expect(await opened(file, identity!)).toBe("true");
    expect(await opened(file, (await makeAgeKey()).identity)).toBe("bundle-not-for-us");
  });

  it("is read by the console: its page, its rows from the start, its verification", async () => {
    const actor = await world.actor("support");
    const { records } = world.console;
    expect((await readBundle({ records }, actor, bundleId))!.encrypted).toEqual({
      recipients: [await platformRecipient(records, world.platformId), customer.recipient],
    });
    const page = await readBundleRows(world.console, actor, bundleId, readBundleRowsQuery({}));
    expect(page).toMatchObject({ sequential: true, findings: [] });
    expect(page!.rows.length).toBeGreaterThan(0);
    expect(await askVerification(records, actor, { bundleId })).toEqual({ ok: true });
    expect(await verifyWanted(world.console, new AbortController().signal)).toBe(1);
    expect(await rowOf(bundleId)).toMatchObject({ state: "ready", encrypted: true, verifyWantedAt: null });
  });

  it("is asked for with keys that are keys", async () => {
    const wrong = async (input: object) =>
      refusedWith(world, { kind: "export", input: { tenantKey, ...input } });
    expect(await wrong({ recipients: "ssh-ed25519 AAAA" })).toEqual(["input-invalid"]);
    expect(await wrong({ recipients: customer.identity })).toEqual(["input-invalid"]);
    const last = customer.recipient.endsWith("q") ? "p" : "q";
    expect(await wrong({ recipients: customer.recipient.slice(0, -1) + last })).toContain(
      "recipient-invalid",
    );
    const many = await Promise.all(Array.from({ length: 20 }, async () => (await makeAgeKey()).recipient));
    expect(await wrong({ recipients: many.join(" ") })).toEqual(["input-invalid"]);
  });
});

describe("a platform's key", () => {
  it("is made with the platform, lies encrypted in the records, and is never told", async () => {
    const { records, secrets } = world.console;
    const [key] = await records.select().from(encryptionKeys);
    expect(key).toMatchObject({ platformId: world.platformId, current: true });
    expect(secrets.open(key!.identity, secretContext.encryptionKey(key!.recipient))).toMatch(
      /^AGE-SECRET-KEY-1/,
    );
    expect(key!.identity.includes("AGE-SECRET-KEY")).toBe(false);
    await ensureEncryptionKeys(records, secrets, { personId: null, name: "start" });
    expect(await records.$count(encryptionKeys)).toBe(1);
    const views = await listEncryptionKeys({ records }, await world.actor("viewer"));
    expect(JSON.stringify(views)).not.toContain("SECRET");
    expect(views).toMatchObject([{ platform: "small", bundles: 1, keys: [{ current: true }] }]);
    const nobody = { ...(await world.actor("viewer")), permissions: new Set<never>() };
    await expect(listEncryptionKeys({ records }, nobody)).rejects.toThrow(Refused);
  });

  it("is changed by an admin alone, recorded; what the former one encrypted is still read", async () => {
    const { records } = world.console;
    const rotate = async (
      by: "operator" | "reviewer" | "support" | "viewer" | "admin",
      given: object = {},
    ) => {
      const asked = { platformId: world.platformId, label: "yearly", ...given };
      const answer = await rotateEncryptionKey(world.console, await world.actor(by), asked);
      return answer.ok ? "ok" : answer.findings[0]!.code;
    };
    const former = (await platformRecipient(records, world.platformId))!;
    for (const role of ["operator", "reviewer", "support", "viewer"] as const)
      expect(await rotate(role), role).toBe("not-permitted");
    expect(await rotate("admin", { label: " " })).toBe("label-invalid");
    expect(await rotate("admin", { platformId: "x" })).toBe("platform-unknown");
    expect(await platformRecipient(records, world.platformId)).toBe(former);
    expect(await Promise.all([rotate("admin"), rotate("admin")])).toEqual(["ok", "ok"]);
    const now = (await platformRecipient(records, world.platformId))!;
    expect(now).not.toBe(former);
    expect(await records.$count(encryptionKeys, eq(encryptionKeys.current, true))).toBe(1);
    const trail = await records
      .select({ by: auditEntries.actorName, data: auditEntries.data })
      .from(auditEntries)
      .where(and(eq(auditEntries.action, "encryption-key.made"), eq(auditEntries.subjectId, now)));
    expect(trail).toMatchObject([{ by: "admin", data: { label: "yearly" } }]);
    const actor = await world.actor("support");
    const page = await readBundleRows(world.console, actor, bundleId, readBundleRowsQuery({}));
    expect(page!.findings).toEqual([]);
  });
});

it("an encrypted file is taken in where the platform is among its recipients, and refused where it is not", async () => {
  const { records } = world.console;
  const send = async (file: Buffer) => {
    async function* content() {
      yield file;
    }
    return receiveUpload(world.console, await world.actor("admin"), {
      platformId: world.platformId,
      fileName: "from elsewhere.tar.gz.age",
      content: content(),
      announcedBytes: null,
      stillAllowed: async () => true,
    });
  };
  const file = await fileOf(bundleId);
  expect(await send(file)).toMatchObject({ ok: false, findings: [{ code: "bundle-known" }] });
  await records.update(bundles).set({ state: "expired" }).where(eq(bundles.id, bundleId));
  const taken = await send(file);
  expect(taken).toMatchObject({ ok: true });
  const row = await rowOf(taken.ok ? taken.bundleId : "");
  expect(row).toMatchObject({ encrypted: true, recipients: null, state: "ready" });
  expect(row.name).toMatch(/^from-elsewhere-.*\.tar\.gz\.age$/);
  await records.delete(encryptionKeys);
  await records.update(bundles).set({ state: "expired" }).where(eq(bundles.id, row.id));
  expect(await send(file)).toMatchObject({
    ok: false,
    status: 422,
    findings: [{ code: "bundle-encrypted" }],
  });
});
