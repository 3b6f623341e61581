import { generateKeyPairSync, sign, verify } from "node:crypto";
import { eq } from "drizzle-orm";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { Actor } from "../../access/actor.ts";
import { createSecretBox } from "../../access/secret-box.ts";
import { generateSecretKey, parseSecretKey } from "../../access/secret-key.ts";
import { addTestActor } from "../../access/testing/people.ts";
import { keyId } from "../../bundle/seal/keys.ts";
import type { Answer } from "../../engine/engine.ts";
import { openRecords, type Records } from "../../records/client.ts";
import { auditEntries } from "../../records/schema/audit-entries.ts";
import { signingKeys } from "../../records/schema/signing-keys.ts";
import { createTestDatabase } from "../../testing/database.ts";
import { currentSigner, distrustedKeys, makeSigningKey, trustedKeys } from "../signer.ts";
import { distrustKey, rotateSigningKey, trustKey } from "./change-keys.ts";

const secrets = createSecretBox({ current: parseSecretKey(generateSecretKey())! });
let records: Records;
let ada: Actor;
let others: Actor[];
let first: string;
beforeAll(async () => {
  records = openRecords((await createTestDatabase("records")).url);
  ada = (await addTestActor(records, "ada", ["admin"])).actor;
  others = await Promise.all(
    (["viewer", "support", "operator", "reviewer"] as const).map(
      async (role) => (await addTestActor(records, role, [role])).actor,
    ),
  );
  first = (await makeSigningKey(records, secrets, { personId: null, name: "start" }, "first")).keyId;
});
afterAll(() => records.close());

const codes = (answer: Answer) => (answer.ok ? "ok" : answer.findings.map(({ code }) => code).join(" "));
const hands = () => ({ records, secrets });
const trusted = async () => (await trustedKeys(records)).map(keyId).toSorted();
const stranger = generateKeyPairSync("ed25519").publicKey;
const publicKey = stranger.export({ type: "spki", format: "pem" }).toString();

describe("signing keys", () => {
  it("are changed by nobody without the permission", async () => {
    for (const actor of others) {
      expect(codes(await rotateSigningKey(hands(), actor, { label: "x" }))).toBe("not-permitted");
      expect(codes(await trustKey(hands(), actor, { label: "x", publicKey }))).toBe("not-permitted");
      expect(codes(await distrustKey(hands(), actor, { keyId: first, reason: "x" }))).toBe("not-permitted");
    }
    expect(await trusted()).toEqual([first]);
  });

  it("rotate: the new one signs, the former is still trusted and can sign no more; two at once leave one", async () => {
    expect(codes(await rotateSigningKey(hands(), ada, { label: " " }))).toBe("label-invalid");
    const made = await Promise.all(["a", "b"].map((label) => rotateSigningKey(hands(), ada, { label })));
    const ids = made.map((answer) => (answer.ok ? answer.keyId : "refused"));
    const signer = await currentSigner(records, secrets);
    expect(ids).toContain(signer!.keyId);
    expect(await records.$count(signingKeys, eq(signingKeys.current, true))).toBe(1);
    expect(await trusted()).toEqual([first, ...ids].toSorted());
    const key = (await trustedKeys(records)).find((each) => keyId(each) === signer!.keyId)!;
    const data = Buffer.from("sealed");
    expect(verify(null, data, key, sign(null, data, await signer!.privateKey()))).toBe(true);
    const rows = await records.select().from(signingKeys);
    for (const row of rows) expect(row.privateKey === null, row.label).toBe(!row.current);
  });

  it("of others are trusted once, distrusted with a reason, and can be trusted again", async () => {
    const trust = (given: object = {}) => trustKey(hands(), ada, { label: "partner", publicKey, ...given });
    expect(codes(await trust({ publicKey: "nonsense" }))).toBe("public-key-invalid");
    expect(codes(await trust({ label: "" }))).toBe("label-invalid");
    expect(await trust()).toEqual({ ok: true, keyId: keyId(stranger) });
    expect(codes(await trust())).toBe("key-known");
    const distrust = (reason: string, id = keyId(stranger)) =>
      distrustKey(hands(), ada, { keyId: id, reason });
    expect(codes(await distrust(" "))).toBe("reason-missing");
    expect(codes(await distrust("x", "0".repeat(64)))).toBe("key-unknown");
    expect(codes(await distrust("x", (await currentSigner(records, secrets))!.keyId))).toBe("key-current");
    expect(codes(await distrust("their laptop was stolen"))).toBe("ok");
    expect(codes(await distrust("again"))).toBe("key-unknown");
    expect(await trusted()).not.toContain(keyId(stranger));
    expect(await distrustedKeys(records)).toEqual([
      { keyId: keyId(stranger), label: "partner", reason: "their laptop was stolen" },
    ]);
    expect(codes(await trust())).toBe("ok");
    expect(await distrustedKeys(records)).toEqual([]);
  });

  it("leave each change in the audit trail, and no private half", async () => {
    const rows = await records
      .select({ action: auditEntries.action, data: auditEntries.data })
      .from(auditEntries)
      .where(eq(auditEntries.subjectType, "signing-key"))
      .orderBy(auditEntries.at);
    expect(rows.map(({ action }) => action)).toEqual([
      ...Array<string>(3).fill("signing-key.made"),
      "signing-key.trusted",
      "signing-key.distrusted",
      "signing-key.trusted",
    ]);
    expect(JSON.stringify(rows)).not.toMatch(/PRIVATE|BEGIN/);
  });
});
