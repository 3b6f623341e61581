/** Traces of models: organisation, project, text ids everywhere, models and templates without a project belong to all. */
import { owned } from "../stranger.ts";
import { cuid, type Product, REMADE } from "./product.ts";

/** As the rows make it: the md5 of `oacme`. */
const ACME = "c11d210c4fa664ef1650cd2b5";
const PROJECTS = "SELECT id FROM projects WHERE org_id = $1";
const BY_PROJECT = `t.project_id IN (${PROJECTS})`;

const inProject = (name: string, points: Parameters<typeof owned>[3] = {}) =>
  owned(name, BY_PROJECT, ["id"], { project_id: "projects(id)", ...points });

export const langfuse: Product = {
  schema: `
    CREATE TYPE role AS ENUM ('OWNER', 'MEMBER'); CREATE TYPE object_type AS ENUM ('TRACE', 'PROMPT');
    CREATE TABLE organizations (id text PRIMARY KEY, name text NOT NULL, cloud_config jsonb);
    CREATE TABLE users (id text PRIMARY KEY, email text UNIQUE, name text, password text);
    CREATE TABLE projects (id text PRIMARY KEY, org_id text NOT NULL REFERENCES organizations ON DELETE CASCADE ON UPDATE CASCADE, name text NOT NULL, deleted_at timestamp(3));
    CREATE TABLE organization_memberships (id text PRIMARY KEY, org_id text NOT NULL REFERENCES organizations, user_id text NOT NULL REFERENCES users, role role NOT NULL, UNIQUE (org_id, user_id));
    CREATE TABLE project_memberships (project_id text NOT NULL REFERENCES projects, user_id text NOT NULL REFERENCES users, org_membership_id text NOT NULL REFERENCES organization_memberships,
      role role NOT NULL, PRIMARY KEY (project_id, user_id));
    CREATE TABLE api_keys (id text PRIMARY KEY, public_key text NOT NULL UNIQUE, hashed_secret_key text NOT NULL UNIQUE, display_secret_key text NOT NULL, project_id text NOT NULL REFERENCES projects);
    CREATE TABLE models (id text PRIMARY KEY, project_id text REFERENCES projects, model_name text NOT NULL, match_pattern text NOT NULL);
    CREATE UNIQUE INDEX ON models (project_id, model_name); CREATE UNIQUE INDEX ON models (model_name) WHERE project_id IS NULL;
    CREATE TABLE traces (id text PRIMARY KEY, project_id text NOT NULL REFERENCES projects, model_id text REFERENCES models, tags text[] NOT NULL DEFAULT '{}', input jsonb);
    CREATE TABLE datasets (id text, project_id text REFERENCES projects, name text NOT NULL, PRIMARY KEY (id, project_id), UNIQUE (project_id, name));
    CREATE TABLE dataset_items (id text, project_id text, dataset_id text NOT NULL, source_trace_id text, PRIMARY KEY (id, project_id), FOREIGN KEY (dataset_id, project_id) REFERENCES datasets (id, project_id));
    CREATE TABLE comments (id text PRIMARY KEY, project_id text NOT NULL REFERENCES projects, object_type object_type NOT NULL, object_id text NOT NULL, author_user_id text, content text);
    CREATE TABLE llm_api_keys (id text PRIMARY KEY, project_id text NOT NULL REFERENCES projects, provider text NOT NULL, secret_key text NOT NULL, UNIQUE (project_id, provider));
    CREATE TABLE posthog_integrations (project_id text PRIMARY KEY REFERENCES projects, encrypted_posthog_api_key text NOT NULL);`,
  rows: `
    INSERT INTO organizations SELECT ${cuid("'o' || n")}, n FROM unnest('{acme,other}'::text[]) n; INSERT INTO users SELECT ${cuid("'u' || n")}, 'u' || n || '@x.example', 'U' || n, 'hash' FROM generate_series(1, 3) n;
    INSERT INTO projects SELECT ${cuid("o.id || n")}, o.id, 'p' || n FROM organizations o, generate_series(1, 2) n;
    INSERT INTO organization_memberships SELECT ${cuid("o.id || u.id")}, o.id, u.id, 'MEMBER' FROM organizations o, users u WHERE u.email <> 'u3@x.example';
    INSERT INTO project_memberships SELECT p.id, m.user_id, m.id, 'OWNER' FROM projects p JOIN organization_memberships m USING (org_id);
    INSERT INTO api_keys SELECT ${cuid("'k' || id")}, 'pk-' || id, 'h' || id, 'sk-...', id FROM projects;
    INSERT INTO models SELECT ${cuid("'m' || n")}, NULL, n, '^x' FROM unnest('{small,large}'::text[]) n; INSERT INTO models SELECT ${cuid("'m' || id")}, id, 'own', '^y' FROM projects;
    INSERT INTO traces SELECT ${cuid("'t' || p.id || m.id")}, p.id, m.id, '{a,"b c"}', '{"q": 1.0}' FROM projects p JOIN models m ON m.project_id IS NULL OR m.project_id = p.id;
    INSERT INTO datasets SELECT 'daily', id, 'Daily' FROM projects; INSERT INTO dataset_items SELECT 'i' || row_number() OVER (PARTITION BY project_id), project_id, 'daily', id FROM traces;
    INSERT INTO comments SELECT ${cuid("'c' || id")}, project_id, 'TRACE', id, (SELECT min(id) FROM users), 'seen' FROM traces;
    INSERT INTO llm_api_keys SELECT ${cuid("'l' || id")}, id, 'x', 'enc' FROM projects; INSERT INTO posthog_integrations SELECT id, 'enc' FROM projects;`,
  elsewhere: `
    INSERT INTO organizations VALUES ('cresident0000000000000000', 'resident'); INSERT INTO models SELECT ${cuid("'there' || n")}, NULL, n, '^x' FROM unnest('{large,tiny,small}'::text[]) n;
    INSERT INTO users SELECT 'cthere' || n, 'u' || n || '@x.example', 'There', 'hash' FROM generate_series(1, 3) n;`,
  yaml: `
    tenant: { table: public.organizations, name: name }
    tables: { public.models: { null_key: shared } }
    common:
      public.users: { match: [email], create: [email, name] }
      public.models: { match: [model_name] }
    columns:
      public.organizations.id: { generated: cuid }
      public.projects.id: { generated: cuid }
      public.organization_memberships.id: { generated: cuid }
      public.api_keys.id: { generated: cuid }
      public.api_keys.public_key: { class: secret, on_import: regenerate }
      public.api_keys.hashed_secret_key: { class: secret, on_import: regenerate }
      public.api_keys.display_secret_key: plain
      public.models.id: { generated: cuid }
      public.traces.id: { generated: cuid }
      public.comments.id: { generated: cuid }
      public.llm_api_keys.id: { generated: cuid }
      public.llm_api_keys.secret_key: { class: secret, on_import: blank }
      public.posthog_integrations.encrypted_posthog_api_key: { encrypted: true }
      public.users.password: hashed
    references:
      - { from: public.dataset_items.source_trace_id, to: public.traces.id }
      - { from: public.comments.object_id, when: { object_type: TRACE }, to: public.traces.id }
      - { from: public.comments.author_user_id, to: public.users.id }`,
  unanswered: {
    yaml: "tenant: { table: public.organizations }",
    findings: [
      ["null-key-unanswered", "public.models.project_id"],
      ["unclassified-secret", "public.llm_api_keys.secret_key"],
      ["text-key-undeclared", "public.projects.id"],
      ["suspected-reference", "public.comments.author_user_id"],
    ],
  },
  tenant: ACME,
  copy: {},
  secrets: {
    "public.api_keys": { public_key: REMADE, hashed_secret_key: REMADE },
    "public.llm_api_keys": { secret_key: { source: "''", imported: "t.secret_key" } },
  },
  tables: [
    owned("organizations", "t.id = $1", ["id"]),
    owned("projects", "t.org_id = $1", ["id"], { org_id: "organizations(id)" }),
    owned("organization_memberships", "t.org_id = $1", ["id"], {
      org_id: "organizations(id)",
      user_id: "users(id)",
    }),
    owned("project_memberships", BY_PROJECT, [], {
      project_id: "projects(id)",
      user_id: "users(id)",
      org_membership_id: "organization_memberships(id)",
    }),
    inProject("api_keys"),
    inProject("models"),
    inProject("traces", { model_id: "models(id)" }),
    owned("datasets", BY_PROJECT, [], { project_id: "projects(id)" }),
    owned("dataset_items", BY_PROJECT, [], {
      "dataset_id, project_id": "datasets(id, project_id)",
      source_trace_id: { to: [{ table: "public.traces", columns: ["id"] }], soft: true },
    }),
    inProject("comments", { object_id: "traces(id)", author_user_id: "users(id)" }),
    inProject("llm_api_keys"),
    owned("posthog_integrations", BY_PROJECT, [], { project_id: "projects(id)" }),
  ],
  common: [
    { name: "public.users", rows: "true", match: ["email"], ids: ["id"] },
    { name: "public.models", rows: "t.project_id IS NULL", match: ["model_name"], ids: ["id"] },
  ],
};
