/**
 * An identity server: every table carries the network's id, which may be NULL in all but the latest ones; types of
 * credentials are seeded with ids of their own.
 */
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
    CREATE TABLE identities (id uuid PRIMARY KEY, nid uuid REFERENCES networks ON UPDATE RESTRICT ON DELETE CASCADE, schema_id varchar(2048) NOT NULL,
      traits jsonb NOT NULL, external_id text, organization_id uuid, state varchar(255) NOT NULL DEFAULT 'active', metadata_admin jsonb);
    CREATE UNIQUE INDEX ON identities (nid, external_id) WHERE external_id IS NOT NULL;
    CREATE TABLE identity_credentials (id uuid PRIMARY KEY, nid uuid REFERENCES networks ON UPDATE RESTRICT ON DELETE CASCADE, identity_id uuid NOT NULL REFERENCES identities ON DELETE CASCADE,
      identity_credential_type_id uuid NOT NULL REFERENCES identity_credential_types ON DELETE CASCADE, config jsonb NOT NULL, version int NOT NULL DEFAULT 0);
    CREATE TABLE identity_credential_identifiers (id uuid PRIMARY KEY, nid uuid REFERENCES networks ON UPDATE RESTRICT ON DELETE CASCADE, identity_credential_id uuid NOT NULL REFERENCES identity_credentials ON DELETE CASCADE,
      identity_credential_type_id uuid NOT NULL REFERENCES identity_credential_types, identifier varchar(255) NOT NULL, UNIQUE (nid, identity_credential_type_id, identifier));
    CREATE TABLE identity_verifiable_addresses (id uuid PRIMARY KEY, nid uuid REFERENCES networks ON DELETE CASCADE, identity_id uuid NOT NULL REFERENCES identities ON DELETE CASCADE, via varchar(16) NOT NULL, value varchar(400) NOT NULL,
      verified_at timestamp, UNIQUE (nid, via, value));
    CREATE TABLE identity_recovery_codes (id uuid PRIMARY KEY, nid uuid NOT NULL REFERENCES networks ON DELETE CASCADE, identity_id uuid NOT NULL REFERENCES identities ON DELETE CASCADE, code varchar(64) NOT NULL, code_type int NOT NULL);
    CREATE TABLE selfservice_login_flows (id uuid PRIMARY KEY, nid uuid REFERENCES networks ON DELETE CASCADE, csrf_token varchar(255) NOT NULL, ui jsonb);
    CREATE TABLE sessions (id uuid PRIMARY KEY, nid uuid REFERENCES networks ON DELETE CASCADE, identity_id uuid NOT NULL REFERENCES identities ON DELETE CASCADE, token varchar(39) UNIQUE, logout_token varchar(39), authentication_methods jsonb NOT NULL);
    CREATE TABLE session_devices (id uuid PRIMARY KEY, nid uuid NOT NULL REFERENCES networks ON DELETE CASCADE, session_id uuid NOT NULL REFERENCES sessions ON DELETE CASCADE, ip_address varchar(50) DEFAULT '', user_agent varchar(512) DEFAULT '',
      UNIQUE (ip_address, user_agent, nid, session_id));
    CREATE TABLE courier_messages (id uuid PRIMARY KEY, nid uuid REFERENCES networks ON DELETE CASCADE, type int NOT NULL, recipient varchar(255) NOT NULL, template_data bytea, channel varchar(32));
    CREATE TABLE courier_message_dispatches (id uuid PRIMARY KEY, nid uuid NOT NULL REFERENCES networks ON DELETE CASCADE, message_id uuid NOT NULL REFERENCES courier_messages ON DELETE CASCADE, error json);
    CREATE TABLE schema_migration (version varchar(48) NOT NULL, version_self int NOT NULL DEFAULT 0);`,
  rows: `
    INSERT INTO networks (id) VALUES ('${ACME}'), ('${OTHER}');
    INSERT INTO identity_credential_types SELECT gen_random_uuid(), n FROM unnest('{password,oidc,totp}'::text[]) n;
    INSERT INTO identities SELECT gen_random_uuid(), id, 'default', jsonb_build_object('email', 'u' || n || '@x.example'), nullif('ext ' || n, 'ext 1'), gen_random_uuid() FROM networks, generate_series(1, 3) n;
    INSERT INTO identity_credentials SELECT gen_random_uuid(), nid, i.id, t.id, '{"hashed_password": "$2a$12$x"}' FROM identities i, identity_credential_types t WHERE t.name <> 'totp';
    INSERT INTO identity_credential_identifiers SELECT gen_random_uuid(), nid, id, identity_credential_type_id, identity_id::text FROM identity_credentials;
    INSERT INTO identity_verifiable_addresses SELECT gen_random_uuid(), nid, id, 'email', traits ->> 'email', '2026-01-02' FROM identities;
    INSERT INTO selfservice_login_flows SELECT gen_random_uuid(), id, 'csrf', '{}' FROM networks; INSERT INTO sessions SELECT gen_random_uuid(), nid, id, left(id::text, 36), NULL, '[]' FROM identities; INSERT INTO identity_recovery_codes SELECT gen_random_uuid(), nid, id, 'hmac', 1 FROM identities;
    INSERT INTO session_devices SELECT gen_random_uuid(), nid, id, '192.0.2.1', 'Mozilla' FROM sessions;
    INSERT INTO courier_messages SELECT gen_random_uuid(), id, 1, 'a@x.example', '\\x00ff', 'email' FROM networks; INSERT INTO courier_message_dispatches SELECT gen_random_uuid(), nid, id, '{"e": 1}' FROM courier_messages;
    UPDATE identity_credential_identifiers SET identifier = 'same for all ' || right(identifier, 4);`,
  elsewhere: `
    INSERT INTO networks (id) VALUES ('0b1f9d3e-5c11-4f5e-9a52-2f4b3d1a7c09'); INSERT INTO identity_credential_types SELECT gen_random_uuid(), n FROM unnest('{totp,oidc,password,webauthn}'::text[]) n;
    INSERT INTO identities SELECT gen_random_uuid(), id, 'default', '{}' FROM networks;`,
  yaml: `
    tenant: { table: public.networks }
    common: { public.identity_credential_types: { match: [name] } }
    tables:
      public.identities: { null_key: owned }
      public.identity_credentials: { null_key: owned }
      public.identity_credential_identifiers: { null_key: owned }
      public.identity_verifiable_addresses: { null_key: owned }
      public.courier_messages: { null_key: owned }
      public.identity_recovery_codes: excluded
      public.selfservice_login_flows: excluded
      public.sessions: excluded
      public.session_devices: excluded
    references: [{ from: public.identities.organization_id, to: none }]`,
  unanswered: {
    yaml: "tenant: { table: public.networks }",
    findings: [
      ["null-key-unanswered", "public.identities.nid"],
      ["unclassified-secret", "public.selfservice_login_flows.csrf_token"],
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
    inNetwork("courier_message_dispatches", { message_id: "courier_messages(id)" }),
  ],
  common: [{ name: "public.identity_credential_types", rows: "true", match: ["name"], ids: ["id"] }],
};
