/** Surveys: quoted names in mixed case, and a sub-tenant, the environment, that most tables carry. */
import { owned } from "../stranger.ts";
import { cuid, type Product, REMADE } from "./product.ts";

/** As the rows make it: the md5 of `tacme`. */
const ACME = "c938ba23eafb7a9b0372ca5bb";
const ENVIRONMENTS = `SELECT e.id FROM "Environment" e JOIN "Product" p ON p.id = e."productId" WHERE p."teamId" = $1`;
const inEnvironment = (name: string, points: Parameters<typeof owned>[3] = {}) =>
  owned(`public."${name}"`, `t."environmentId" IN (${ENVIRONMENTS})`, ["id"], {
    environmentId: 'public."Environment"(id)',
    ...points,
  });
const SURVEYS = `SELECT s.id FROM "Survey" s WHERE s."environmentId" IN (${ENVIRONMENTS})`;
const ofSurvey = (name: string, ids: string[], points: Parameters<typeof owned>[3] = {}) =>
  owned(`public."${name}"`, `t."surveyId" IN (${SURVEYS})`, ids, {
    surveyId: 'public."Survey"(id)',
    ...points,
  });

export const formbricks: Product = {
  schema: `
    CREATE TYPE "EnvironmentType" AS ENUM ('production', 'development'); CREATE TYPE "MembershipRole" AS ENUM ('owner', 'admin', 'viewer'); CREATE TYPE "PipelineTriggers" AS ENUM ('responseCreated', 'responseFinished');
    CREATE TABLE "User" (id text PRIMARY KEY, email text NOT NULL UNIQUE, name text, password text);
    CREATE TABLE "Team" (id text PRIMARY KEY, name text NOT NULL, "stripeCustomerId" text);
    CREATE TABLE "Membership" ("teamId" text NOT NULL REFERENCES "Team" ON DELETE CASCADE, "userId" text NOT NULL REFERENCES "User" ON DELETE CASCADE, accepted boolean NOT NULL DEFAULT false, role "MembershipRole" NOT NULL, PRIMARY KEY ("userId", "teamId"));
    CREATE TABLE "Invite" (id text PRIMARY KEY, email text NOT NULL, "teamId" text NOT NULL REFERENCES "Team", "creatorId" text NOT NULL REFERENCES "User", "acceptorId" text REFERENCES "User" ON DELETE CASCADE);
    CREATE TABLE "Product" (id text PRIMARY KEY, "teamId" text NOT NULL REFERENCES "Team" ON DELETE CASCADE, name text NOT NULL, "brandColor" text DEFAULT '#64748b');
    CREATE TABLE "Environment" (id text PRIMARY KEY, type "EnvironmentType" NOT NULL, "productId" text NOT NULL REFERENCES "Product" ON DELETE CASCADE);
    CREATE TABLE "ApiKey" (id text PRIMARY KEY UNIQUE, label text, "hashedKey" text NOT NULL UNIQUE, "environmentId" text NOT NULL REFERENCES "Environment");
    CREATE TABLE "Person" (id text PRIMARY KEY, "environmentId" text NOT NULL REFERENCES "Environment");
    CREATE TABLE "Survey" (id text PRIMARY KEY, "environmentId" text NOT NULL REFERENCES "Environment", name text NOT NULL, questions jsonb NOT NULL DEFAULT '[]');
    CREATE TABLE "Webhook" (id text PRIMARY KEY, url text NOT NULL, "environmentId" text NOT NULL REFERENCES "Environment", triggers "PipelineTriggers"[], "surveyIds" text[]);
    CREATE TABLE "Tag" (id text PRIMARY KEY, name text NOT NULL, "environmentId" text NOT NULL REFERENCES "Environment", UNIQUE ("environmentId", name));
    CREATE TABLE "Response" (id text PRIMARY KEY, "surveyId" text NOT NULL REFERENCES "Survey" ON DELETE CASCADE, "personId" text REFERENCES "Person" ON DELETE CASCADE, data jsonb NOT NULL DEFAULT '{}', finished boolean NOT NULL DEFAULT false);
    CREATE TABLE "TagsOnResponses" ("responseId" text REFERENCES "Response" ON DELETE CASCADE, "tagId" text REFERENCES "Tag" ON DELETE CASCADE, PRIMARY KEY ("responseId", "tagId"));`,
  rows: `
    INSERT INTO "User" SELECT ${cuid("'u' || n")}, 'u' || n || '@x.example', 'U' || n, 'hash' FROM generate_series(1, 3) n; INSERT INTO "Team" SELECT ${cuid("'t' || n")}, n FROM unnest('{acme,other}'::text[]) n;
    INSERT INTO "Membership" SELECT t.id, u.id, true, 'owner' FROM "Team" t, "User" u; INSERT INTO "Invite" SELECT gen_random_uuid(), 'new@x.example', t.id, (SELECT min(id) FROM "User") FROM "Team" t;
    INSERT INTO "Product" SELECT ${cuid("'p' || id")}, id, 'Product' FROM "Team"; INSERT INTO "Environment" SELECT ${cuid("id || e")}, e, id FROM "Product", unnest(enum_range(NULL::"EnvironmentType")) e;
    INSERT INTO "ApiKey" SELECT ${cuid("'k' || id")}, 'key', md5(id), id FROM "Environment"; INSERT INTO "Person" SELECT ${cuid("'h' || id || n")}, id FROM "Environment", generate_series(1, 2) n;
    INSERT INTO "Survey" SELECT ${cuid("'s' || id || n")}, id, 'Survey ' || n, '[{"id": "q1", "logic": [{"value": "y"}]}]' FROM "Environment", generate_series(1, 2) n;
    INSERT INTO "Webhook" SELECT ${cuid("'w' || e.id")}, 'https://x.example', e.id, '{responseCreated}', array_agg(s.id ORDER BY s.id) FROM "Environment" e JOIN "Survey" s ON s."environmentId" = e.id GROUP BY e.id;
    INSERT INTO "Tag" SELECT ${cuid("'g' || id")}, 'urgent', id FROM "Environment";
    INSERT INTO "Response" SELECT ${cuid("'r' || s.id || p.id")}, s.id, p.id, '{"q1": "yes"}' FROM "Survey" s JOIN "Person" p USING ("environmentId"); INSERT INTO "Response" (id, "surveyId") SELECT ${cuid("'a' || id")}, id FROM "Survey";
    INSERT INTO "TagsOnResponses" SELECT r.id, g.id FROM "Response" r JOIN "Survey" s ON s.id = r."surveyId" JOIN "Tag" g USING ("environmentId") WHERE r."personId" IS NOT NULL;`,
  elsewhere: `INSERT INTO "User" SELECT 'cthere' || n, 'u' || n || '@x.example', 'There' FROM generate_series(1, 3) n; INSERT INTO "Team" VALUES ('cresident0000000000000000', 'resident');`,
  yaml: `
    tenant: { table: public.Team, name: name }
    sub_keys: [{ table: public.Environment, key: id, columns: [environmentId] }]
    common: { public.User: { match: [email], create: [email, name] } }
    columns:
      public.Team.id: { generated: cuid }
      public.Invite.id: { generated: uuid }
      public.Product.id: { generated: cuid }
      public.Environment.id: { generated: cuid }
      public.ApiKey.id: { generated: cuid }
      public.ApiKey.hashedKey: { class: secret, on_import: regenerate }
      public.Person.id: { generated: cuid }
      public.Survey.id: { generated: cuid }
      public.Webhook.id: { generated: cuid }
      public.Tag.id: { generated: cuid }
      public.Response.id: { generated: cuid }
      public.User.password: hashed
    references:
      - { from: public.Webhook.surveyIds, each: true, to: public.Survey.id }
      - { from: public.Team.stripeCustomerId, to: none }`,
  unanswered: {
    yaml: "tenant: { table: public.Team }",
    findings: [
      ["text-key-undeclared", 'public."Environment".id'],
      ["suspected-reference", 'public."Webhook"."surveyIds"'],
      ["taken-for-global", 'public."User"'],
    ],
  },
  tenant: ACME,
  copy: {},
  secrets: { 'public."ApiKey"': { hashedKey: REMADE } },
  tables: [
    owned('public."Team"', "t.id = $1", ["id"]),
    owned('public."Membership"', 't."teamId" = $1', [], {
      teamId: 'public."Team"(id)',
      userId: 'public."User"(id)',
    }),
    owned('public."Invite"', 't."teamId" = $1', ["id"], {
      teamId: 'public."Team"(id)',
      creatorId: 'public."User"(id)',
      acceptorId: 'public."User"(id)',
    }),
    owned('public."Product"', 't."teamId" = $1', ["id"], { teamId: 'public."Team"(id)' }),
    owned('public."Environment"', `t.id IN (${ENVIRONMENTS})`, ["id"], { productId: 'public."Product"(id)' }),
    inEnvironment("ApiKey"),
    inEnvironment("Person"),
    inEnvironment("Survey"),
    inEnvironment("Webhook", {
      surveyIds: { to: [{ table: 'public."Survey"', columns: ["id"] }], inside: /(c[0-9a-z]{24,})/g },
    }),
    inEnvironment("Tag"),
    ofSurvey("Response", ["id"], { personId: 'public."Person"(id)' }),
    owned(
      'public."TagsOnResponses"',
      `t."responseId" IN (SELECT r.id FROM "Response" r WHERE r."surveyId" IN (${SURVEYS}))`,
      [],
      {
        responseId: 'public."Response"(id)',
        tagId: 'public."Tag"(id)',
      },
    ),
  ],
  common: [{ name: 'public."User"', rows: "true", match: ["email"], ids: ["id"] }],
};
