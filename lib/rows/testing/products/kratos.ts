/** An identity server: every table carries the network's id, types of credentials are seeded with ids of their own. */
import { owned } from "../stranger.ts";
import type { Product } from "./product.ts";

const ACME = "0b1f9d3e-5c11-4f5e-9a52-2f4b3d1a7c01";
const OTHER = "0b1f9d3e-5c11-4f5e-9a52-2f4b3d1a7c02";
const BY_NETWORK = "t.nid::text = $1";
const inNetwork = (name: string, points: Record<string, string> = {}) =>
  owned(name, BY_NETWORK, ["id"], { nid: "networks(id)", ...points });

export const kratos: Product = {
  schema: `
    CREATE TABLE networks (id uuid PRIMARY KEY, created_at timestamp NOT NULL DEFAULT '2026-01-01');
    CREATE TABLE identity_credential_types (id uuid PRIMARY KEY, name text NOT NULL UNIQUE);
    CREATE TABLE identities (id uuid PRIMARY KEY, nid uuid NOT NULL REFERENCES networks ON UPDATE RESTRICT ON DELETE CASCADE, schema_id varchar(2048) NOT NULL,
      traits jsonb NOT NULL, external_id text, organization_id uuid, metadata_admin jsonb);
    CREATE UNIQUE INDEX ON identities (nid, external_id) WHERE external_id IS NOT NULL;
    CREATE TABLE identity_credentials (id uuid PRIMARY KEY, nid uuid NOT NULL REFERENCES networks ON DELETE CASCADE, identity_id uuid NOT NULL REFERENCES identities ON DELETE CASCADE,
      identity_credential_type_id uuid NOT NULL REFERENCES identity_credential_types, config jsonb NOT NULL, version int NOT NULL DEFAULT 0);
    CREATE TABLE identity_credential_identifiers (id uuid PRIMARY KEY, nid uuid NOT NULL REFERENCES networks, identity_credential_id uuid NOT NULL REFERENCES identity_credentials ON DELETE CASCADE,
      identity_credential_type_id uuid NOT NULL REFERENCES identity_credential_types, identifier text NOT NULL, UNIQUE (nid, identity_credential_type_id, identifier));
    CREATE TABLE identity_verifiable_addresses (id uuid PRIMARY KEY, nid uuid NOT NULL REFERENCES networks, identity_id uuid NOT NULL REFERENCES identities, via text NOT NULL, value text NOT NULL,
      verified_at timestamp, UNIQUE (nid, via, value));
    CREATE TABLE login_flows (id uuid PRIMARY KEY, nid uuid NOT NULL REFERENCES networks, csrf_token text NOT NULL, ui jsonb);
    CREATE TABLE sessions (id uuid PRIMARY KEY, nid uuid NOT NULL REFERENCES networks, identity_id uuid NOT NULL REFERENCES identities, token varchar(39) NOT NULL UNIQUE, methods jsonb);
    CREATE TABLE session_devices (id uuid PRIMARY KEY, nid uuid NOT NULL REFERENCES networks, session_id uuid NOT NULL REFERENCES sessions, user_agent text);
    CREATE TABLE courier_messages (id uuid PRIMARY KEY, nid uuid NOT NULL REFERENCES networks, type int NOT NULL, recipient text NOT NULL, template_data bytea, channel text);
    CREATE TABLE courier_dispatches (id uuid PRIMARY KEY, nid uuid NOT NULL REFERENCES networks, message_id uuid NOT NULL REFERENCES courier_messages, error json);`,
  rows: `
    INSERT INTO networks (id) VALUES ('${ACME}'), ('${OTHER}');
    INSERT INTO identity_credential_types SELECT gen_random_uuid(), n FROM unnest('{password,oidc,totp}'::text[]) n;
    INSERT INTO identities SELECT gen_random_uuid(), id, 'default', jsonb_build_object('email', 'u' || n || '@x.example'), nullif('ext ' || n, 'ext 1'), gen_random_uuid() FROM networks, generate_series(1, 3) n;
    INSERT INTO identity_credentials SELECT gen_random_uuid(), nid, i.id, t.id, '{"hashed_password": "$2a$12$x"}' FROM identities i, identity_credential_types t WHERE t.name <> 'totp';
    INSERT INTO identity_credential_identifiers SELECT gen_random_uuid(), nid, id, identity_credential_type_id, identity_id::text FROM identity_credentials;
    INSERT INTO identity_verifiable_addresses SELECT gen_random_uuid(), nid, id, 'email', traits ->> 'email', '2026-01-02' FROM identities;
    INSERT INTO login_flows SELECT gen_random_uuid(), id, 'csrf', '{}' FROM networks; INSERT INTO sessions SELECT gen_random_uuid(), nid, id, left(id::text, 36), '[]' FROM identities;
    INSERT INTO session_devices SELECT gen_random_uuid(), nid, id, 'Mozilla' FROM sessions;
    INSERT INTO courier_messages SELECT gen_random_uuid(), id, 1, 'a@x.example', '\\x00ff', 'email' FROM networks; INSERT INTO courier_dispatches SELECT gen_random_uuid(), nid, id, '{"e": 1}' FROM courier_messages;
    UPDATE identity_credential_identifiers SET identifier = 'same for all ' || right(identifier, 4);`,
  elsewhere: `
    INSERT INTO networks (id) VALUES ('0b1f9d3e-5c11-4f5e-9a52-2f4b3d1a7c09'); INSERT INTO identity_credential_types SELECT gen_random_uuid(), n FROM unnest('{totp,oidc,password,webauthn}'::text[]) n;
    INSERT INTO identities SELECT gen_random_uuid(), id, 'default', '{}' FROM networks;`,
  yaml: `
    tenant: { table: public.networks }
    common: { public.identity_credential_types: { match: [name] } }
    tables:
      public.login_flows: excluded
      public.sessions: excluded
      public.session_devices: excluded
    references: [{ from: public.identities.organization_id, to: none }]`,
  unanswered: {
    yaml: "tenant: { table: public.networks }",
    findings: [
      ["unclassified-secret", "public.login_flows.csrf_token"],
      ["unclassified-secret", "public.sessions.token"],
      ["suspected-reference", "public.identities.organization_id"],
    ],
  },
  tenant: ACME,
  copy: {},
  tables: [
    owned("networks", "t.id::text = $1", ["id"]),
    inNetwork("identities"),
    inNetwork("identity_credentials", {
      identity_id: "identities(id)",
      identity_credential_type_id: "identity_credential_types(id)",
    }),
    inNetwork("identity_credential_identifiers", {
      identity_credential_id: "identity_credentials(id)",
      identity_credential_type_id: "identity_credential_types(id)",
    }),
    inNetwork("identity_verifiable_addresses", { identity_id: "identities(id)" }),
    inNetwork("courier_messages"),
    inNetwork("courier_dispatches", { message_id: "courier_messages(id)" }),
  ],
  common: [{ name: "public.identity_credential_types", rows: "true", match: ["name"], ids: ["id"] }],
};
