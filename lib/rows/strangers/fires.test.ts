/** What fires: triggers of every kind that real platforms have, and row security keyed on whatever it may be. */
import { afterEach, describe, expect, it, vi } from "vitest";
import { goRound, ORGS_TABLE, owned } from "../testing/stranger.ts";
import { ORGS, type TinyPlatform, tinyPlatform } from "../testing/tiny-platform.ts";
import { exportTo, refusal } from "../testing/walk.ts";

/** Several exports and imports a case. */
vi.setConfig({ testTimeout: 120_000 });

let platform: TinyPlatform | null = null;
afterEach(async () => {
  await platform?.drop();
  platform = null;
});

const HOME = "INSERT INTO orgs (slug) VALUES ('acme'), ('other');";
const ELSEWHERE = "INSERT INTO orgs (slug) VALUES ('resident');";
const BY_ORG = "t.org_id::text = $1";

const TRIGGERS = `CREATE TABLE orgs (id serial PRIMARY KEY, slug text NOT NULL UNIQUE, items int NOT NULL DEFAULT 0);
  CREATE TABLE items (id bigserial PRIMARY KEY, org_id int NOT NULL REFERENCES orgs, parent_id bigint REFERENCES items, name text, words tsvector);
  CREATE TABLE queue (id bigserial PRIMARY KEY, org_id int NOT NULL REFERENCES orgs, item_id bigint);
  CREATE TABLE drafts (id bigserial PRIMARY KEY, org_id int NOT NULL REFERENCES orgs, name text);
  CREATE FUNCTION on_org() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
    EXECUTE format('CREATE SEQUENCE org_%s_numbers', NEW.id); RETURN NEW; END $$;
  CREATE TRIGGER numbers AFTER INSERT ON orgs FOR EACH ROW EXECUTE FUNCTION on_org();
  CREATE FUNCTION on_item() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
    IF TG_OP = 'UPDATE' AND NEW.org_id <> OLD.org_id THEN RAISE EXCEPTION 'the key never changes'; END IF;
    NEW.org_id := coalesce(NEW.org_id, current_setting('app.org', true)::int, (SELECT org_id FROM items WHERE id = NEW.parent_id));
    NEW.words := to_tsvector('simple', NEW.name); RETURN NEW; END $$;
  CREATE TRIGGER before_item BEFORE INSERT OR UPDATE ON items FOR EACH ROW EXECUTE FUNCTION on_item();
  CREATE FUNCTION after_item() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
    INSERT INTO queue (org_id, item_id) VALUES (NEW.org_id, NEW.id); UPDATE orgs SET items = items + 1 WHERE id = NEW.org_id;
    DELETE FROM drafts WHERE org_id = NEW.org_id AND name = NEW.name; RETURN NULL; END $$;
  CREATE TRIGGER after_item AFTER INSERT ON items FOR EACH ROW EXECUTE FUNCTION after_item();`;
const ANSWERS = `
  references: [{ from: public.queue.item_id, to: public.items.id }]`;

describe("triggers", () => {
  it("that set the tenant key, fill search vectors, create queue rows, count, delete and forbid: none fires on import", async () => {
    platform = await tinyPlatform(TRIGGERS, ANSWERS);
    const { rows } = await goRound(
      {
        schema: "",
        rows: `${HOME} INSERT INTO drafts (org_id, name) SELECT id, 'kept' FROM orgs; INSERT INTO items (org_id, name) SELECT id, 'Big Item' FROM orgs;
          INSERT INTO items (parent_id, name) SELECT id, 'child' FROM items;`,
        elsewhere: `${ELSEWHERE} INSERT INTO items (org_id, name) SELECT id, 'x' FROM orgs;`,
        tables: [
          ORGS_TABLE,
          owned("items", BY_ORG, ["id"], { org_id: "orgs(id)", parent_id: "items(id)" }),
          owned("queue", BY_ORG, ["id"], { org_id: "orgs(id)", item_id: "items(id)" }),
          owned("drafts", BY_ORG, ["id"], { org_id: "orgs(id)" }),
        ],
      },
      platform,
    );
    expect(rows).toBe(1 + 2 + 2 + 1);
  });

  it("that make a sequence for each tenant are found in their function's text, and shown on import", async () => {
    platform = await tinyPlatform(TRIGGERS, ANSWERS);
    await platform.source.query(HOME);
    const { findings } = await platform.export("acme");
    const finding = findings.find(({ code }) => code === "trigger-makes-objects");
    expect(finding).toMatchObject({ severity: "warns", where: "public.orgs (numbers)" });
    expect(finding?.what).toContain("CREATE SEQUENCE");
    const plan = await platform.dryRun({ newSlug: "copy" });
    expect(plan.findings.map(({ code }) => code)).toContain("trigger-makes-objects");
  });

  it("that are on when the file says so: what they write besides the tenant's rows stops the import", async () => {
    platform = await tinyPlatform(TRIGGERS, `${ANSWERS}\n  triggers: on`);
    await platform.source.query(`${HOME} INSERT INTO items (org_id, name) SELECT id, 'x' FROM orgs`);
    await platform.export("acme");
    const codes = await platform.refused({ newSlug: "copy" });
    expect(codes).toContain("rows-differ");
    expect((await platform.target.query("SELECT FROM orgs")).rows).toEqual([]);
  });
});

describe("row security", () => {
  const POLICIES = `${ORGS}
    CREATE TABLE items (id uuid PRIMARY KEY DEFAULT gen_random_uuid(), org_id uuid NOT NULL REFERENCES orgs, owner text);
    ALTER TABLE orgs ENABLE ROW LEVEL SECURITY; ALTER TABLE orgs FORCE ROW LEVEL SECURITY;
    ALTER TABLE items ENABLE ROW LEVEL SECURITY; ALTER TABLE items FORCE ROW LEVEL SECURITY;
    CREATE POLICY by_setting ON orgs USING (id::text = current_setting('app.org', true));
    CREATE POLICY by_user ON items USING (owner = current_user);
    CREATE POLICY by_role ON items TO pg_monitor USING (true);
    CREATE POLICY never ON items AS RESTRICTIVE USING (org_id IN (SELECT id FROM orgs));`;
  const ROWS = `${HOME} INSERT INTO items (org_id, owner) SELECT id, o FROM orgs, unnest('{ann,ben}'::text[]) o;`;

  it("forced, keyed on a setting, on current_user, restrictive and permissive together, hides nothing from a role that bypasses it", async () => {
    platform = await tinyPlatform(POLICIES);
    const { rows } = await goRound(
      {
        schema: "",
        rows: ROWS,
        elsewhere: ELSEWHERE,
        tables: [ORGS_TABLE, owned("items", BY_ORG, ["id"], { org_id: "orgs(id)" })],
      },
      platform,
    );
    expect(rows).toBe(3);
  });

  it("of a role with too few rights is a finding that names the GRANT, table by table", async () => {
    platform = await tinyPlatform(POLICIES);
    await platform.source.query(`${ROWS} DROP ROLE IF EXISTS stranger_reader; CREATE ROLE stranger_reader LOGIN PASSWORD 'reads';
      GRANT SELECT ON items TO stranger_reader`);
    const url = new URL(platform.sourceUrl);
    url.username = "stranger_reader";
    url.password = "reads";
    try {
      const findings = await refusal(
        exportTo(platform.folder, { url: url.href, platform: platform.file, tenant: "acme" }),
      );
      expect(
        findings.filter(({ code }) => code === "no-select" || code === "row-security-applies"),
      ).toMatchObject([
        {
          code: "row-security-applies",
          where: "public.items",
          todo: 'ALTER ROLE "stranger_reader" BYPASSRLS;',
        },
        {
          code: "no-select",
          where: "public.orgs",
          todo: 'GRANT SELECT ON "public"."orgs" TO "stranger_reader";',
        },
      ]);
    } finally {
      await platform.source.query("DROP OWNED BY stranger_reader; DROP ROLE stranger_reader");
    }
  });
});
