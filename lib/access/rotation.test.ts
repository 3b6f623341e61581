import { createHash } from "node:crypto";
import { eq } from "drizzle-orm";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { openRecords, type Records } from "../records/client.ts";
import { newId } from "../records/id.ts";
import { auditEntries } from "../records/schema/audit-entries.ts";
import { databases } from "../records/schema/databases.ts";
import { encryptionKeys } from "../records/schema/encryption-keys.ts";
import { persons } from "../records/schema/persons.ts";
import { signingKeys } from "../records/schema/signing-keys.ts";
import { webhooks } from "../records/schema/webhooks.ts";
import { addTestPlace } from "../records/testing/rows.ts";
import { createTestDatabase, type TestDatabase } from "../testing/database.ts";
import { actorByPerson } from "./actor-of.ts";
import { recoverAdmin } from "./recover-admin.ts";
import { resealSecrets } from "./reseal-secrets.ts";
import { createSecretBox, type SecretBox } from "./secret-box.ts";
import { secretContext } from "./secret-context.ts";
import { generateSecretKey, parseSecretKey } from "./secret-key.ts";
import { signInWithPassword } from "./sign-in.ts";
import { addTestActor } from "./testing/people.ts";

let database: TestDatabase;
let records: Records;

beforeEach(async () => {
  database = await createTestDatabase("records");
  records = openRecords(database.url);
});
afterEach(async () => {
  await records.close();
  await database.drop();
});

const key = () => parseSecretKey(generateSecretKey())!;

/** One secret of each kind, two of the first. */
async function sealAll(box: SecretBox) {
  const { databaseId, platformId } = await addTestPlace(records);
  await records.update(databases).set({
    plannerUrl: box.seal("postgres://planner", secretContext.plannerUrl(databaseId)),
    runnerUrl: box.seal("postgres://runner", secretContext.runnerUrl(databaseId)),
  });
  const keyId = createHash("sha256").update("key").digest("hex");
  const privateKey = box.seal("PEM", secretContext.signingKey(keyId));
  await records.insert(signingKeys).values([
    { keyId, publicKey: "P", privateKey, label: "ours", current: true },
    { keyId: "trusted only", publicKey: "P", label: "theirs" },
  ]);
  const identity = box.seal("AGE", secretContext.encryptionKey("age1x"));
  await records.insert(encryptionKeys).values({ recipient: "age1x", platformId, identity, label: "ours" });
  const webhookId = newId();
  const secret = box.seal("hmac", secretContext.webhookSecret(webhookId));
  await records.insert(webhooks).values({ id: webhookId, url: "https://example.com", secret, events: [] });
  return async (opening: SecretBox) => {
    const [place] = await records.select().from(databases);
    const [signing] = await records.select().from(signingKeys).where(eq(signingKeys.keyId, keyId));
    const [encryption] = await records.select().from(encryptionKeys);
    const [hook] = await records.select().from(webhooks);
    return [
      opening.open(place!.plannerUrl, secretContext.plannerUrl(databaseId)),
      opening.open(place!.runnerUrl, secretContext.runnerUrl(databaseId)),
      opening.open(signing!.privateKey!, secretContext.signingKey(keyId)),
      opening.open(encryption!.identity, secretContext.encryptionKey("age1x")),
      opening.open(hook!.secret, secretContext.webhookSecret(webhookId)),
    ];
  };
}

describe("rotating the key", () => {
  it("seals every secret anew, after which the old key can go", async () => {
    const [former, current] = [key(), key()];
    const openAll = await sealAll(createSecretBox({ current: former }));
    const rotated = createSecretBox({ current, old: [former] });
    expect(await resealSecrets(records, rotated)).toEqual({ resealed: 5, findings: [] });
    expect(await resealSecrets(records, rotated)).toEqual({ resealed: 0, findings: [] });
    const secrets = ["postgres://planner", "postgres://runner", "PEM", "AGE", "hmac"];
    expect(await openAll(createSecretBox({ current }))).toEqual(secrets);
    await expect(openAll(createSecretBox({ current: former }))).rejects.toThrow(
      /another place|not started with/,
    );
    const rows = await records.select().from(auditEntries).where(eq(auditEntries.action, "secrets.resealed"));
    expect(rows).toMatchObject([{ actorName: "reseal-secrets", data: { resealed: 5 } }]);
  });

  it("names each secret whose key is lost, leaves it as it is, and seals the others", async () => {
    const [lost, current] = [key(), key()];
    await sealAll(createSecretBox({ current: lost }));
    const { databaseId } = await addTestPlace(records);
    const box = createSecretBox({ current });
    const runnerUrl = box.seal("entered again", secretContext.runnerUrl(databaseId));
    const plannerUrl = box.seal("entered again", secretContext.plannerUrl(databaseId));
    await records.update(databases).set({ runnerUrl, plannerUrl }).where(eq(databases.id, databaseId));
    const { resealed, findings } = await resealSecrets(records, box);
    expect(resealed).toBe(0);
    expect(findings.map(({ code }) => code)).toEqual(Array(5).fill("secret-key-unknown"));
    expect(new Set(findings.map(({ where }) => where)).size).toBe(5);
  });
});

describe("recovering an admin", () => {
  const signIn = (email: string, password: string) =>
    signInWithPassword(records, { email, password, address: "a" });

  it("lets a person in again who is disabled and has lost role and password", async () => {
    const { actor, password } = await addTestActor(records, "ada", ["viewer"]);
    await records.update(persons).set({ disabledAt: new Date() });
    const recovered = await recoverAdmin(records, "ADA@example.com");
    expect(recovered).toMatchObject({ personId: actor.personId, created: false });
    expect((await signIn("ada@example.com", password)).ok).toBe(false);
    expect(await signIn("ada@example.com", recovered.password)).toMatchObject({ ok: true, epoch: 2 });
    expect((await actorByPerson(records, actor.personId))!.roles.toSorted()).toEqual(["admin", "viewer"]);
    const [row] = await records.select().from(persons);
    expect(row!.mustChangePassword).toBe(true);
  });

  it("creates the person where nobody is left, on record and without the password in it", async () => {
    const recovered = await recoverAdmin(records, "new@example.com");
    expect(recovered.created).toBe(true);
    expect((await signIn("new@example.com", recovered.password)).ok).toBe(true);
    expect((await actorByPerson(records, recovered.personId))!.permissions.has("manage:people")).toBe(true);
    const rows = await records.select().from(auditEntries).where(eq(auditEntries.action, "person.recovered"));
    expect(rows).toMatchObject([
      { actorId: null, actorName: "recover-admin", subjectId: recovered.personId },
    ]);
    expect(JSON.stringify(rows)).not.toContain(recovered.password);
  });
});
