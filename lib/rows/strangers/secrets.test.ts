/** Secrets as real schemas hold them: hashes under plain names, bearer tokens, values inside json, foreign keys' worth of them. */
import { afterEach, expect, it, vi } from "vitest";
import { ORGS, type TinyPlatform, tinyPlatform } from "../testing/tiny-platform.ts";

/** Several exports and imports a case. */
vi.setConfig({ testTimeout: 120_000 });

let platform: TinyPlatform | null = null;
afterEach(async () => {
  await platform?.drop();
  platform = null;
});

const SCHEMA = `${ORGS}
  CREATE TABLE api_keys (id uuid PRIMARY KEY DEFAULT gen_random_uuid(), org_id uuid NOT NULL REFERENCES orgs,
    token text NOT NULL, "apiKey" text NOT NULL UNIQUE, invitation_token varchar(20) NOT NULL, config jsonb NOT NULL, value bytea,
    session_secret text, public_key text);`;
const ANSWERS = `
  columns:
    public.api_keys.token: hashed
    public.api_keys.apiKey: { class: secret, on_import: regenerate }
    public.api_keys.invitation_token: { class: secret, on_import: blank }
    public.api_keys.session_secret: secret
    public.api_keys.config: { $.clientSecret: secret, $.oauth.refresh: encrypted }
    public.api_keys.value: { encrypted: true }`;
const ROWS = `INSERT INTO orgs (slug) VALUES ('acme'), ('other');
  INSERT INTO api_keys (org_id, token, "apiKey", invitation_token, config, value, session_secret, public_key)
    SELECT id, 'hash', 'sk_' || slug, 'inv', '{"clientSecret": "s3cr3t", "url": "u", "oauth": {"refresh": "enc"}}', '\\x00', 'sess', 'pk' FROM orgs;`;

it("columns that are called like a secret ask for an answer each, and `*_key` alone does not cry wolf", async () => {
  platform = await tinyPlatform(SCHEMA);
  await platform.source.query(ROWS);
  await expect(platform.export("acme")).rejects.toMatchObject({
    findings: expect.arrayContaining(
      ["token", '"apiKey"', "invitation_token", "session_secret"].map((name) =>
        expect.objectContaining({
          code: "unclassified-secret",
          severity: "blocks",
          where: `public.api_keys.${name}`,
          todo: expect.stringContaining(`\`public.api_keys.${name}: secret\``),
        }),
      ),
    ),
  });
  await expect(platform.export("acme")).rejects.not.toMatchObject({
    findings: expect.arrayContaining([expect.objectContaining({ where: "public.api_keys.public_key" })]),
  });
});

it("kept, blank, made anew, or on the list: by column and by path, and what is encrypted elsewhere is said", async () => {
  platform = await tinyPlatform(SCHEMA, ANSWERS);
  await platform.source.query(ROWS);
  await platform.export("acme");
  const { findings } = await platform.import({ url: platform.sourceUrl, newSlug: "copy" });
  const { rows } = await platform.source.query<Record<string, unknown>>(
    `SELECT token, "apiKey" = 'sk_acme' AS same, length("apiKey") > 20 AS long, invitation_token, session_secret, value, config
       FROM api_keys JOIN orgs ON orgs.id = org_id WHERE slug = 'copy'`,
  );
  expect(rows).toEqual([
    {
      token: "hash",
      same: false,
      long: true,
      invitation_token: "",
      session_secret: null,
      value: Buffer.from([0]),
      config: { url: "u", oauth: { refresh: "enc" } },
    },
  ]);
  const said = findings.map(({ code, where }) => `${code} ${where}`);
  for (const expected of [
    "secret-must-be-set public.api_keys.session_secret",
    "secret-must-be-set public.api_keys.config $.clientSecret",
    "value-encrypted-elsewhere public.api_keys.config $.oauth.refresh",
    "value-encrypted-elsewhere public.api_keys.value",
  ])
    expect(said).toContain(expected);
});
