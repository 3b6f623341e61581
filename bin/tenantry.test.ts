import { generateKeyPairSync } from "node:crypto";
import { copyFile, mkdtemp, readdir, readFile, rm, truncate, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type pg from "pg";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { HARBOR_PLATFORM_FILE } from "../examples/harbor/set-up.ts";
import { makeAgeKey } from "../lib/bundle/encryption/keys.ts";
import { createTestDatabase, type TestDatabase } from "../lib/testing/database.ts";
import { documentOf, runTenantry } from "./testing/command-line.ts";
import { killStarted } from "./testing/processes.ts";
import { parseXml } from "./testing/xml.ts";

const PLATFORM = ["--platform", HARBOR_PLATFORM_FILE];
const COPY = [
  ...["--new-slug", "saltmarsh-copy"],
  ...["--new-domain", "app.saltmarsh.example=app.copy.example"],
  ...["--new-domain", "saltmarsh.example=copy.example"],
  ...["--new-domain", "track.saltmarsh.example=track.copy.example"],
];

// A test is up to nine programs, one after another.
describe("bin/tenantry on the demo platform", { timeout: 180_000 }, () => {
  let database: TestDatabase;
  let client: pg.Client;
  let folder: string;
  let bundle: string;
  const tenantry = (...args: string[]) => runTenantry(args, { TENANTRY_DATABASE_URL: database.url }, folder);
  const exported = (...args: string[]) =>
    tenantry("export", ...PLATFORM, "--tenant", "saltmarsh", "--out", ...args);

  beforeAll(async () => {
    database = await createTestDatabase("harbor");
    client = await database.connect();
    folder = await mkdtemp(join(tmpdir(), "tenantry-cli-"));
    const first = await exported("saltmarsh.tar.gz");
    expect(first.stderr).toContain("tenantry verify saltmarsh.tar.gz\n");
    expect(first.code).toBe(0);
    expect(first.stdout).toMatch(/^saltmarsh\.tar\.gz\n {2}tenant {4}Saltmarsh Logistics \(saltmarsh\)\n/);
    expect(first.stdout).toContain("5 secret columns (public.devices.private_key, ");
    expect(first.stdout).toContain("3 excluded tables (");
    bundle = join(folder, "saltmarsh.tar.gz");
  });
  afterAll(async () => {
    killStarted();
    await database.drop();
    await rm(folder, { recursive: true });
  });

  it("prints the model for people, and the same in JSON", async () => {
    const people = await tenantry("model", ...PLATFORM);
    expect(people.code).toBe(0);
    expect(people.stdout).toMatch(/^root +public\.organizations +id +id$/m);
    expect(people.stdout).toContain("public.conversations ⇄ public.messages");
    const { result } = documentOf(await tenantry("model", ...PLATFORM, "--json"));
    expect(result.tables[0]).toMatchObject({ id: "public.organizations", class: "root", key: ["id"] });
    expect(result.loadOrder.length).toBeGreaterThan(20);
    expect(result.schema.ledger).toBe("sqlx");
  });

  it("packages a bundle for the tenant's own people, and replaces nothing", async () => {
    const made = await tenantry("package", bundle, ...PLATFORM, "--out", "for-saltmarsh.zip");
    expect(made.code).toBe(0);
    expect(made.stdout).toMatch(/^for-saltmarsh\.zip\n {2}holds {2}\d+ tables as csv, and index\.html\n/);
    expect((await readFile(join(folder, "for-saltmarsh.zip"))).subarray(0, 2).toString()).toBe("PK");
    expect((await tenantry("package", bundle, "--out", "for-saltmarsh.zip")).code).toBe(2);
    expect((await tenantry("package", bundle, "--out", "for-saltmarsh.tar")).code).toBe(2);
    const cut = join(folder, "to-package.tar.gz");
    await copyFile(bundle, cut);
    await truncate(cut, 20_000);
    const failed = await tenantry("package", cut, "--out", "none.zip");
    expect(failed.code).toBe(1);
    expect(failed.stdout + failed.stderr).toContain("bundle-truncated");
    expect((await readdir(folder)).filter((name) => name.startsWith("none.zip"))).toEqual([]);
  });

  it("checks with 0 where all is covered, and with 1 and the line to add where a column escapes", async () => {
    expect(await tenantry("check", ...PLATFORM)).toMatchObject({
      code: 0,
      stdout: expect.stringMatching(/^Covered\. harbor in \w+: 33 tables \(1 root, /),
    });
    const text = await readFile(HARBOR_PLATFORM_FILE, "utf8");
    const leaky = join(folder, "leaky.yaml");
    await writeFile(leaky, text.replace(/^.*public\.devices\.private_key.*$/m, ""));
    const people = await tenantry("check", "--platform", leaky);
    expect(people.code).toBe(1);
    expect(people.stdout).toContain("Blocks (1)\n  public.devices.private_key  unclassified-secret\n");
    expect(people.stdout).toContain("→ Add `public.devices.private_key: secret`");
    const document = documentOf(await tenantry("check", "--platform", leaky, "--json"));
    expect(document.findings.filter(({ severity }) => severity === "blocks")).toMatchObject([
      { code: "unclassified-secret" },
    ]);
  });

  it("writes a check's findings for code hosts and CI servers, and says what has escaped since a bundle", async () => {
    const text = await readFile(HARBOR_PLATFORM_FILE, "utf8");
    const leaky = join(folder, "leaky.yaml");
    const sarif = await tenantry("check", "--platform", leaky, "--format", "sarif");
    expect(sarif.code).toBe(1);
    expect(JSON.parse(sarif.stdout).runs[0].results).toContainEqual(
      expect.objectContaining({ ruleId: "unclassified-secret", level: "error" }),
    );
    const narrow = text.replace(/^tables:$/m, "tables:\n  public.pickups: excluded");
    const narrower = join(folder, "narrower.yaml");
    await writeFile(narrower, narrow);
    const since = documentOf(await tenantry("check", "--platform", narrower, "--since", bundle, "--json"));
    expect(since.findings).toContainEqual(
      expect.objectContaining({ code: "excluded-since", where: "public.pickups" }),
    );
    const junit = await tenantry("check", "--platform", leaky, "--format", "junit");
    expect(junit.code).toBe(1);
    expect(parseXml(junit.stdout).attributes).toMatchObject({ failures: "1", errors: "0" });
  });

  it("names an export after tenant, schema version and time in a folder, and writes over nothing", async () => {
    const { result } = documentOf(await exported(".", "--compress", "zstd", "--json"));
    expect(result.file).toMatch(/^saltmarsh-20250303080000-\d{8}T\d{6}Z\.tar\.zst$/);
    expect(result.rows).toBeGreaterThan(100);
    expect(result.droppedSecrets).toContain("public.connectors.config $.clientSecret");
    expect(await readdir(folder)).toContain(result.file);
    const again = await exported("saltmarsh.tar.gz");
    expect(again.code).toBe(2);
    expect(again.stderr).toMatch(/^saltmarsh\.tar\.gz: A file of this name exists already\./);
  });

  it("verifies a whole bundle and refuses a shortened one", async () => {
    const whole = documentOf(await tenantry("verify", bundle, "--json"));
    expect(whole).toMatchObject({ exitCode: 0, result: { whole: true, tenant: { slug: "saltmarsh" } } });
    const short = join(folder, "short.tar.gz");
    await copyFile(bundle, short);
    await truncate(short, 20_000);
    const refused = documentOf(await tenantry("verify", short, "--json"));
    expect(refused).toMatchObject({ exitCode: 1, result: { file: short, whole: false } });
    expect((await tenantry("import", short, ...PLATFORM, "--unreviewed")).code).toBe(1);
  });

  it("signs with a key, and trusts it where it is named", async () => {
    const { privateKey, publicKey } = generateKeyPairSync("ed25519");
    const [key, pub] = [join(folder, "key.pem"), join(folder, "key.pub")];
    await writeFile(key, privateKey.export({ type: "pkcs8", format: "pem" }));
    await writeFile(pub, publicKey.export({ type: "spki", format: "pem" }));
    expect((await exported("signed.tar.gz", "--sign-key", key, "--reason", "a drill")).code).toBe(0);
    const known = documentOf(await tenantry("verify", "signed.tar.gz", "--trust", pub, "--json"));
    expect(known).toMatchObject({ findings: [], result: { signature: { state: "trusted" } } });
    expect(known.result.request.reason).toBe("a drill");
    const unknown = documentOf(await tenantry("verify", "signed.tar.gz", "--json"));
    expect(unknown).toMatchObject({ exitCode: 0, findings: [{ code: "bundle-key-unknown" }] });
    const wrong = await tenantry("verify", "signed.tar.gz", "--trust", HARBOR_PLATFORM_FILE);
    expect(wrong).toMatchObject({ code: 2, stdout: "" });
    expect(wrong.stderr.trim().split("\n")).toHaveLength(1);
  });

  it("encrypts to whoever is named, and opens with what they have", async () => {
    const [ours, theirs] = [await makeAgeKey(), await makeAgeKey()];
    const [mine, other] = [join(folder, "mine.txt"), join(folder, "other.txt")];
    await writeFile(mine, `# public key: ${ours.recipient}\n${ours.identity}\n`);
    await writeFile(other, `${(await makeAgeKey()).identity}\n`);
    const to = ["--recipient", ours.recipient, "--recipient", theirs.recipient];
    const made = await exported("shut.tar.gz.age", ...to);
    expect(made.code).toBe(0);
    for (const { recipient } of [ours, theirs]) expect(made.stdout).toContain(recipient);
    expect(made.stderr).toContain("verify shut.tar.gz.age --identity FILE\n");
    expect((await readFile(join(folder, "shut.tar.gz.age"))).includes("saltmarsh")).toBe(false);

    const verify = async (...args: string[]) =>
      documentOf(await tenantry("verify", "shut.tar.gz.age", ...args, "--json"));
    expect(await verify()).toMatchObject({ exitCode: 1, findings: [{ code: "bundle-encrypted" }] });
    const whole = await verify("--identity", other, "--identity", mine);
    expect(whole).toMatchObject({ exitCode: 0, result: { whole: true, encrypted: true } });

    const dry = [
      "import",
      "shut.tar.gz.age",
      ...PLATFORM,
      ...COPY,
      "--dry-run",
      "--identity",
      mine,
      "--json",
    ];
    expect(documentOf(await tenantry(...dry)).findings).toContainEqual(
      expect.objectContaining({ code: "secret-must-be-set" }),
    );
  });

  it("shows in a dry run everything that stands against an import, changes nothing, and names the way", async () => {
    const refused = await tenantry("import", bundle, ...PLATFORM, "--dry-run");
    expect(refused.code).toBe(1);
    for (const code of ["slug-taken", "domain-taken", "review-needed"])
      expect(refused.stdout).toContain(code);
    expect(refused.stdout).toMatch(/^ +1 {2}public\.organizations$/m);
    expect(refused.stderr).toContain("--new-slug saltmarsh-copy --new-domain app.saltmarsh.example=");
    const allowed = documentOf(
      await tenantry("import", bundle, ...PLATFORM, ...COPY, "--unreviewed", "--dry-run", "--json"),
    );
    expect(allowed.result).toMatchObject({ dryRun: true, allowed: true, ids: "fresh", residents: 3 });
    expect(allowed.result.changes).toContainEqual({
      what: "slug",
      from: "saltmarsh",
      to: "saltmarsh-copy",
    });
    expect(await slugs(client)).not.toContain("saltmarsh-copy");
  });

  it("refuses to import beside others without a review, and with a taken slug", async () => {
    const unreviewed = documentOf(await tenantry("import", bundle, ...PLATFORM, ...COPY, "--json"));
    expect(unreviewed).toMatchObject({ exitCode: 1, result: null });
    expect(unreviewed.findings.map(({ code }) => code)).toContain("review-needed");
    const taken = await tenantry("import", bundle, ...PLATFORM, "--unreviewed");
    expect(taken).toMatchObject({ code: 1, stdout: "" });
    expect(taken.stderr).toMatch(/^Refused\. Nothing was imported\.\n\nBlocks \(2\)\n/);
    expect(await slugs(client)).toHaveLength(3);
  });

  it("imports beside the original once, and finds the copy equal until a row of it changes", async () => {
    const imported = await tenantry("import", bundle, ...PLATFORM, ...COPY, "--unreviewed");
    expect(imported.code).toBe(0);
    expect(imported.stdout).toMatch(/^Imported\. Saltmarsh Logistics .+ as saltmarsh-copy \(/);
    expect(imported.stdout).toContain("no other tenant's row was touched");
    expect(imported.stdout).toContain("set again  public.devices.private_key");
    expect(await slugs(client)).toContain("saltmarsh-copy");

    const journal = /--journal (\S+)/.exec(imported.stderr)?.[1] as string;
    const compare = ["compare", bundle, "#saltmarsh-copy", ...PLATFORM, "--journal", journal];
    expect(imported.stderr).toContain(`compare ${bundle} '#saltmarsh-copy'`);
    expect(await tenantry(...compare)).toMatchObject({
      code: 0,
      stderr: "",
      stdout: expect.stringMatching(/^Equal\. saltmarsh\.tar\.gz and \w+#saltmarsh-copy: /),
    });
    const withoutJournal = await tenantry(...compare.slice(0, -2));
    expect(withoutJournal).toMatchObject({ code: 2, stdout: "" });
    expect(withoutJournal.stderr).toContain("--journal");

    const again = await tenantry("import", bundle, ...PLATFORM, ...COPY, "--unreviewed", "--json");
    expect(documentOf(again).result.outcome).toBe("imported before");
    expect((await slugs(client)).filter((slug) => slug === "saltmarsh-copy")).toHaveLength(1);

    const renamed = COPY.map((word) => word.replace(/copy/, "third"));
    const mixed = await tenantry(
      "import",
      bundle,
      ...PLATFORM,
      ...renamed,
      "--unreviewed",
      "--journal",
      journal,
    );
    expect(mixed).toMatchObject({ code: 2, stdout: "" });
    expect(mixed.stderr).toContain("This is the journal of another import");

    await client.query(
      `UPDATE customers SET name = name || '!' WHERE id = (SELECT c.id FROM customers c
         JOIN organizations o ON o.id = c.organization_id WHERE o.slug = 'saltmarsh-copy' LIMIT 1)`,
    );
    const different = documentOf(await tenantry(...compare, "--json"));
    expect(different.exitCode).toBe(1);
    expect(different.result.tables.filter((each: { changed: number }) => each.changed > 0)).toMatchObject([
      { table: "public.customers", changed: 1, added: 0, removed: 0, columns: { name: 1 } },
    ]);
    const original = await tenantry("verify", bundle, "--against", ...PLATFORM);
    expect(original.stdout).toContain("Equal. the bundle and the live tenant");
  });
});

async function slugs(client: pg.Client): Promise<string[]> {
  const { rows } = await client.query<{ slug: string }>("SELECT slug FROM organizations ORDER BY slug");
  return rows.map(({ slug }) => slug);
}
