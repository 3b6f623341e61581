import { generateKeyPairSync } from "node:crypto";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { Actor } from "../../../../lib/access/actor.ts";
import { createSecretBox } from "../../../../lib/access/secret-box.ts";
import { generateSecretKey, parseSecretKey } from "../../../../lib/access/secret-key.ts";
import { addTestActor } from "../../../../lib/access/testing/people.ts";
import { keyId } from "../../../../lib/bundle/seal/keys.ts";
import { makeSigningKey } from "../../../../lib/operations/signer.ts";
import { Refused } from "../../../../lib/queries/refused.ts";
import { listKeys, readPublicKey } from "../../../../lib/queries/signing-keys.ts";
import { openRecords, type Records } from "../../../../lib/records/client.ts";
import { newId } from "../../../../lib/records/id.ts";
import { bundles } from "../../../../lib/records/schema/bundles.ts";
import { createTestDatabase } from "../../../../lib/testing/database.ts";
import type { SettingsState } from "../form-state.ts";
import { distrust, rotate, rotateEncryption, trust } from "./acts.ts";

const secrets = createSecretBox({ current: parseSecretKey(generateSecretKey())! });
const theirs = generateKeyPairSync("ed25519").publicKey;
const PEM = theirs.export({ type: "spki", format: "pem" }).toString();
let records: Records;
let ada: Actor;
let vic: Actor;
let nobody: Actor;
beforeAll(async () => {
  records = openRecords((await createTestDatabase("records")).url);
  ada = (await addTestActor(records, "ada", ["admin"])).actor;
  vic = (await addTestActor(records, "vic", ["viewer", "operator", "reviewer"])).actor;
  nobody = (await addTestActor(records, "nobody", [])).actor;
  const { keyId: first } = await makeSigningKey(records, secrets, { personId: null, name: "start" }, "first");
  const bundle = { store: "folder", state: "ready", origin: "export" } as const;
  await records.insert(bundles).values(
    [{ state: "trusted", keyId: first }, { state: "unsigned" }, null].map((signature, n) => ({
      ...{ ...bundle, id: newId(), name: `bundle ${n}`, signature },
    })),
  );
});
afterAll(() => records.close());

const form = (values: Readonly<Record<string, string>>) => {
  const data = new FormData();
  for (const [name, value] of Object.entries(values)) data.append(name, value);
  return data;
};
const codes = ({ findings }: SettingsState) => findings.map(({ code }) => code);
const hands = () => ({ records, secrets });

describe("the page of signing keys", () => {
  it("is refused to those without a role, and each act to those who are no admin", async () => {
    await expect(listKeys({ records }, nobody)).rejects.toThrow(Refused);
    await expect(readPublicKey({ records }, nobody, "x")).rejects.toThrow(Refused);
    for (const actor of [vic, nobody]) {
      expect(codes(await rotate(hands(), actor, form({ label: "x" })))).toEqual(["not-permitted"]);
      expect(codes(await trust(hands(), actor, form({ label: "x", publicKey: PEM })))).toEqual([
        "not-permitted",
      ]);
      const encryption = form({ platformId: newId(), label: "x" });
      expect(codes(await rotateEncryption(hands(), actor, encryption))).toEqual(["not-permitted"]);
      const forged = form({ keyId: keyId(theirs), reason: "x" });
      expect(codes(await distrust(hands(), actor, forged))).toEqual(["not-permitted"]);
    }
    expect(codes(await distrust(hands(), ada, form({ keyId: "../x", reason: "x" })))).toEqual([
      "form-unreadable",
    ]);
    expect((await listKeys({ records }, vic)).keys).toHaveLength(1);
  });

  it("says of each key whose it is, whether it counts, and how many bundles bear it", async () => {
    expect(codes(await rotate(hands(), ada, form({ label: "yearly" })))).toEqual([]);
    expect(codes(await trust(hands(), ada, form({ label: "partner", publicKey: PEM })))).toEqual([]);
    const id = keyId(theirs);
    expect(codes(await distrust(hands(), ada, form({ keyId: id, reason: "stolen" })))).toEqual([]);
    const { keys, mayChange } = await listKeys({ records }, vic);
    expect(mayChange).toBe(false);
    expect(keys).toMatchObject([
      { label: "yearly", part: "signs", trusted: true, addedBy: "ada", bundles: 0 },
      { label: "partner", part: "foreign", trusted: false, distrusted: { by: "ada", reason: "stolen" } },
      { label: "first", part: "former", trusted: true, addedBy: null, bundles: 1 },
    ]);
    expect(await readPublicKey({ records }, vic, id)).toBe(PEM);
    expect(await readPublicKey({ records }, vic, "0".repeat(64))).toBeNull();
  });

  it("keeps what was typed where it is refused", async () => {
    const state = await trust(hands(), ada, form({ label: "x", publicKey: "nonsense" }));
    expect(state).toMatchObject({
      findings: [{ where: "publicKey" }],
      values: { label: "x", publicKey: "nonsense" },
    });
  });
});
