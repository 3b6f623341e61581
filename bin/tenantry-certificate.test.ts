import { generateKeyPairSync } from "node:crypto";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, it } from "vitest";
import { writeCertificate } from "../lib/bundle/certificate.ts";
import { SAMPLE_CERTIFICATE } from "../lib/bundle/testing/certificate.ts";
import { verifyCertificate } from "./commands/verify/certificate.ts";
import { documentOf, runTenantry } from "./testing/command-line.ts";

const ours = generateKeyPairSync("ed25519");
const theirs = generateKeyPairSync("ed25519");
const pem = (pair: typeof ours) => pair.publicKey.export({ type: "spki", format: "pem" }) as string;

let folder: string;
const at = (name: string) => join(folder, name);
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "tenantry-certificate-"));
  await writeFile(at("ours.pub"), pem(ours));
  await writeFile(at("theirs.pub"), pem(theirs));
  const signed = writeCertificate(SAMPLE_CERTIFICATE, ours.privateKey);
  await writeFile(at("erasure.json"), signed);
  await writeFile(at("unsigned.json"), writeCertificate(SAMPLE_CERTIFICATE));
  const other = JSON.parse(writeCertificate({ ...SAMPLE_CERTIFICATE, platform: "other" }));
  await writeFile(at("forged.json"), JSON.stringify({ ...JSON.parse(signed), payload: other.payload }));
  await writeFile(at("none.json"), "{}");
});
afterAll(() => rm(folder, { recursive: true }));

const codes = async (name: string, options: Parameters<typeof verifyCertificate>[1] = {}) => {
  const outcome = await verifyCertificate(at(name), options);
  return outcome.findings.map(({ code, severity }) => `${severity} ${code}`);
};

it("is genuine by a key that is trusted, says of whom, and ends with 0", async () => {
  const ran = await runTenantry(
    ["verify", "erasure.json", "--trust", "ours.pub", "--slug", "acme"],
    {},
    folder,
  );
  expect([ran.code, ran.stderr]).toEqual([0, ""]);
  expect(ran.stdout).toMatch(/^Genuine\. erasure\.json\n/);
  for (const said of ["key 42, slug acme", "3 rows in 1 table", "Rex"]) expect(ran.stdout).toContain(said);
});

it("is not relied on by a key that nobody knows: nothing out of it is told, and it ends with 1", async () => {
  const ran = await runTenantry(["verify", "erasure.json"], {}, folder);
  expect([ran.code, ran.stdout]).toEqual([1, expect.stringMatching(/^Not proved\./)]);
  expect(ran.stdout + ran.stderr).not.toContain("Rex");
  const { findings, result } = documentOf(
    await runTenantry(["verify", "erasure.json", "--trust", "theirs.pub", "--json"], {}, folder),
  );
  expect(findings).toMatchObject([{ code: "certificate-untrusted" }]);
  expect(result).toMatchObject({ genuine: false, certificate: null });
});

it("is refused where it is unsigned, changed, of another tenant, or none", async () => {
  const trust = [at("ours.pub")];
  expect(await codes("erasure.json", { trust })).toEqual([]);
  expect(await codes("unsigned.json", { trust })).toEqual(["blocks certificate-unsigned"]);
  expect(await codes("forged.json", { trust })).toEqual(["blocks certificate-invalid"]);
  expect(await codes("erasure.json", { trust, slug: "other" })).toEqual(["blocks certificate-of-another"]);
  await expect(codes("none.json", { trust })).rejects.toThrow("no certificate of erasure");
});

it("takes no option of a bundle's", async () => {
  const ran = await runTenantry(["verify", "erasure.json", "--against", "--json"], {}, folder);
  expect(documentOf(ran)).toMatchObject({ exitCode: 2, findings: [{ where: "--against" }] });
});
