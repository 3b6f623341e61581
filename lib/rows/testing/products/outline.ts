/** Documents: people of the team's own, ids in arrays, in trees of json, in mentions, and in the keys of stored files. */
import { owned } from "../stranger.ts";
import { type Product, REMADE } from "./product.ts";

const ACME = "6a7b8c9d-1e2f-4a3b-9c4d-5e6f7a8b9c01";
const BY_TEAM = 't."teamId"::text = $1';
const inTeam = (name: string, points: Parameters<typeof owned>[3] = {}) =>
  owned(name, BY_TEAM, ["id"], { teamId: "teams(id)", ...points });
const BY_DOCUMENT = `t."documentId" IN (SELECT id FROM documents WHERE "teamId"::text = $1)`;
const uuid = "id uuid PRIMARY KEY DEFAULT gen_random_uuid()";
const team = '"teamId" uuid NOT NULL REFERENCES teams ON DELETE CASCADE';
const IDS = /([0-9a-f]{8}-[0-9a-f-]{27})/g;
const to = (table: string) => [{ table: `public.${table}`, columns: ["id"] }];

export const outline: Product = {
  schema: `
    CREATE TABLE teams (${uuid}, name varchar NOT NULL, subdomain varchar NOT NULL UNIQUE, "avatarUrl" text);
    CREATE TABLE team_domains (${uuid}, ${team}, name varchar NOT NULL UNIQUE);
    CREATE TABLE users (${uuid}, ${team}, email varchar, "jwtSecret" bytea, "invitedById" uuid REFERENCES users, UNIQUE ("teamId", email));
    CREATE TABLE collections (${uuid}, ${team}, "urlId" varchar NOT NULL UNIQUE, "documentStructure" jsonb);
    CREATE TABLE documents (${uuid}, ${team}, "urlId" varchar NOT NULL UNIQUE, "collectionId" uuid REFERENCES collections, "parentDocumentId" uuid REFERENCES documents, "createdById" uuid NOT NULL REFERENCES users,
      "collaboratorIds" uuid[], text text, content jsonb, state bytea, "searchVector" tsvector);
    CREATE FUNCTION documents_search() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN NEW."searchVector" := to_tsvector('simple', coalesce(NEW.text, '')); RETURN NEW; END $$;
    CREATE TRIGGER documents_search BEFORE INSERT OR UPDATE ON documents FOR EACH ROW EXECUTE FUNCTION documents_search();
    CREATE TABLE revisions (${uuid}, "documentId" uuid NOT NULL REFERENCES documents ON DELETE CASCADE, "userId" uuid NOT NULL REFERENCES users, text text);
    CREATE TABLE stars (${uuid}, "userId" uuid NOT NULL REFERENCES users, "documentId" uuid NOT NULL REFERENCES documents, "index" varchar);
    CREATE TABLE attachments (${uuid}, ${team}, "userId" uuid NOT NULL REFERENCES users, "documentId" uuid, key varchar(4096) NOT NULL, size bigint NOT NULL);
    CREATE TABLE groups (${uuid}, ${team}, name varchar NOT NULL);
    CREATE TABLE group_users ("userId" uuid NOT NULL REFERENCES users, "groupId" uuid NOT NULL REFERENCES groups, PRIMARY KEY ("groupId", "userId"));
    CREATE TABLE events (${uuid}, ${team}, name varchar NOT NULL, "modelId" uuid, "actorId" uuid REFERENCES users, data jsonb);
    CREATE TABLE "apiKeys" (${uuid}, name varchar, secret varchar UNIQUE, hash varchar UNIQUE, "userId" uuid NOT NULL REFERENCES users ON DELETE CASCADE);`,
  rows: `
    INSERT INTO teams (id, name, subdomain) VALUES ('${ACME}', 'Acme', 'acme'), (gen_random_uuid(), 'Other', 'other'); INSERT INTO team_domains ("teamId", name) SELECT id, subdomain || '.example' FROM teams;
    INSERT INTO users ("teamId", email, "jwtSecret") SELECT id, 'u' || n || '@x.example', '\\x00' FROM teams, generate_series(1, 2) n; UPDATE users SET "invitedById" = (SELECT id FROM users v WHERE v."teamId" = users."teamId" AND v.email = 'u1@x.example') WHERE email <> 'u1@x.example';
    INSERT INTO collections ("teamId", "urlId") SELECT id, left(md5(id::text), 10) FROM teams;
    INSERT INTO documents ("teamId", "urlId", "collectionId", "createdById", "collaboratorIds", text, content, state) SELECT c."teamId", left(md5(u.id::text), 10), c.id, u.id, (SELECT array_agg(id) FROM users v WHERE v."teamId" = c."teamId"),
      'Hello @[Ann](mention://' || u.id || '/user) there', jsonb_build_object('type', 'doc', 'content', jsonb_build_array(jsonb_build_object('type', 'mention', 'attrs', jsonb_build_object('modelId', u.id)))), '\\x0a5c' FROM collections c JOIN users u USING ("teamId");
    INSERT INTO documents ("teamId", "urlId", "collectionId", "parentDocumentId", "createdById") SELECT "teamId", left(md5(id::text), 10), "collectionId", id, "createdById" FROM documents;
    UPDATE collections SET "documentStructure" = (SELECT jsonb_agg(jsonb_build_object('id', d.id, 'title', 'x', 'children', (SELECT jsonb_agg(jsonb_build_object('id', k.id, 'children', '[]'::jsonb)) FROM documents k WHERE k."parentDocumentId" = d.id))) FROM documents d WHERE d."collectionId" = collections.id AND d."parentDocumentId" IS NULL);
    INSERT INTO revisions ("documentId", "userId", text) SELECT id, "createdById", 'old' FROM documents; INSERT INTO stars ("userId", "documentId", "index") SELECT "createdById", id, 'P' FROM documents;
    INSERT INTO attachments ("teamId", "userId", "documentId", key, size) SELECT "teamId", "createdById", id, 'uploads/' || "createdById" || '/' || "urlId" || '/a.png', 10 FROM documents;
    INSERT INTO groups ("teamId", name) SELECT id, 'all' FROM teams; INSERT INTO group_users SELECT u.id, g.id FROM users u JOIN groups g USING ("teamId");
    INSERT INTO events ("teamId", name, "modelId", "actorId", data) SELECT "teamId", 'documents.create', id, "createdById", '{"title": "x"}' FROM documents; INSERT INTO events ("teamId", name, "modelId", "actorId") SELECT "teamId", 'users.signin', id, id FROM users;
    INSERT INTO "apiKeys" (name, hash, "userId") SELECT 'k', md5(id::text), id FROM users;`,
  elsewhere: `INSERT INTO teams (name, subdomain) VALUES ('Resident', 'resident');`,
  yaml: `
    tenant: { table: public.teams, slug: subdomain, name: name, domains: public.team_domains.name }
    tables: { public.documents: { path: [teamId] } }
    columns:
      public.collections.urlId: { class: secret, on_import: regenerate }
      public.documents.urlId: { class: secret, on_import: regenerate }
      public.users.jwtSecret: { encrypted: true }
      public.apiKeys.secret: { class: secret, on_import: list }
      public.apiKeys.hash: { class: secret, on_import: list }
    references:
      - { from: public.documents.collaboratorIds, each: true, to: public.users.id }
      - { from: public.documents.text, each: true, pattern: "mention://{public.users.id}/user" }
      - { from: public.documents.content, each: true, pattern: '"modelId": "{public.users.id}"' }
      - { from: public.collections.documentStructure, each: true, pattern: '"id": "{public.documents.id}"' }
      - { from: public.attachments.documentId, to: public.documents.id }
      - { from: public.attachments.key, pattern: "uploads/{public.users.id}/*" }
      - { from: public.events.modelId, when: { name: documents.create }, to: public.documents.id }
      - { from: public.events.modelId, when: { name: users.signin }, to: public.users.id }
      - { from: public.collections.urlId, to: none }
      - { from: public.documents.urlId, to: none }`,
  unanswered: {
    yaml: "tenant: { table: public.teams, slug: subdomain }",
    findings: [
      ["suspected-reference", 'public.documents."collaboratorIds"'],
      ["suspected-reference", 'public.attachments."documentId"'],
      ["unclassified-secret", 'public.users."jwtSecret"'],
      ["unclassified-secret", 'public."apiKeys".secret'],
    ],
  },
  tenant: "acme",
  copy: { newSlug: "copy", newDomains: new Map([["acme.example", "copy.example"]]) },
  secrets: {
    "public.collections": { urlId: REMADE },
    "public.documents": { urlId: REMADE },
    'public."apiKeys"': { hash: { source: "NULL::text", imported: "t.hash" } },
  },
  tables: [
    {
      ...owned("teams", "t.id::text = $1", ["id"]),
      becomes: { subdomain: { source: "'copy'", imported: "t.subdomain" } },
    },
    {
      ...inTeam("team_domains"),
      becomes: { name: { source: "'copy.example'", imported: "t.name" } },
    },
    inTeam("users", { invitedById: "users(id)" }),
    inTeam("collections", { documentStructure: { to: to("documents"), inside: IDS } }),
    inTeam("documents", {
      collectionId: "collections(id)",
      parentDocumentId: "documents(id)",
      createdById: "users(id)",
      collaboratorIds: { to: to("users"), inside: IDS },
      text: { to: to("users"), inside: IDS },
      content: { to: to("users"), inside: IDS },
    }),
    owned("revisions", BY_DOCUMENT, ["id"], { documentId: "documents(id)", userId: "users(id)" }),
    owned("stars", BY_DOCUMENT, ["id"], { documentId: "documents(id)", userId: "users(id)" }),
    inTeam("attachments", {
      userId: "users(id)",
      documentId: { to: to("documents"), soft: true },
      key: { to: to("users"), inside: IDS },
    }),
    inTeam("groups"),
    owned("group_users", `t."groupId" IN (SELECT id FROM groups WHERE "teamId"::text = $1)`, [], {
      groupId: "groups(id)",
      userId: "users(id)",
    }),
    {
      ...inTeam("events", { actorId: "users(id)" }),
      points: [
        { columns: ["teamId"], to: to("teams") },
        { columns: ["actorId"], to: to("users") },
        { columns: ["modelId"], to: to("documents"), when: { name: "documents.create" } },
        { columns: ["modelId"], to: to("users"), when: { name: "users.signin" } },
      ],
    },
    owned('public."apiKeys"', `t."userId" IN (SELECT id FROM users WHERE "teamId"::text = $1)`, ["id"], {
      userId: "users(id)",
    }),
  ],
};
