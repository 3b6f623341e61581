/** Billing: the organisation's id in every table, polymorphic records, self-references, rows that are kept when deleted. */
import { owned } from "../stranger.ts";
import { type Product, REMADE } from "./product.ts";

const ACME = "5f1c2b3a-0d4e-4a6b-8c7d-9e0f1a2b3c01";
const BY_ORGANIZATION = "t.organization_id::text = $1";
const inOrganization = (name: string, points: Parameters<typeof owned>[3] = {}) =>
  owned(name, BY_ORGANIZATION, ["id"], { organization_id: "organizations(id)", ...points });
const uuid = "id uuid PRIMARY KEY DEFAULT gen_random_uuid()";
const organization = "organization_id uuid NOT NULL REFERENCES organizations";

export const lago: Product = {
  schema: `
    CREATE TYPE customer_type AS ENUM ('company', 'individual');
    CREATE TABLE users (${uuid}, email varchar UNIQUE, password_digest varchar);
    CREATE TABLE organizations (${uuid}, name varchar NOT NULL, slug varchar NOT NULL UNIQUE, hmac_key varchar NOT NULL UNIQUE, email_settings varchar[] NOT NULL DEFAULT '{}');
    CREATE TABLE memberships (${uuid}, ${organization}, user_id uuid NOT NULL REFERENCES users, status int NOT NULL DEFAULT 0);
    CREATE UNIQUE INDEX ON memberships (user_id, organization_id) WHERE status = 0; CREATE UNIQUE INDEX ON memberships (id, organization_id);
    CREATE TABLE roles (${uuid}, organization_id uuid REFERENCES organizations, code varchar NOT NULL CHECK (code ~ '^[a-z0-9_]{1,100}$'), admin boolean NOT NULL DEFAULT false, permissions varchar[] NOT NULL DEFAULT '{}',
      CHECK ((organization_id IS NULL) = (cardinality(permissions) = 0)));
    CREATE UNIQUE INDEX ON roles (code) WHERE organization_id IS NULL;
    CREATE TABLE membership_roles (${uuid}, ${organization}, membership_id uuid NOT NULL, role_id uuid NOT NULL REFERENCES roles, FOREIGN KEY (membership_id, organization_id) REFERENCES memberships (id, organization_id));
    CREATE TABLE customers (${uuid}, ${organization}, external_id varchar NOT NULL, kind customer_type, sequential_id bigint, deleted_at timestamp(6));
    CREATE UNIQUE INDEX ON customers (organization_id, external_id) WHERE deleted_at IS NULL;
    CREATE TABLE plans (${uuid}, ${organization}, code varchar NOT NULL, parent_id uuid REFERENCES plans, amount_cents bigint, pricing_type text NOT NULL DEFAULT 'legacy', deleted_at timestamp(6), CHECK (pricing_type <> 'legacy' OR amount_cents IS NOT NULL));
    CREATE UNIQUE INDEX ON plans (organization_id, code) WHERE deleted_at IS NULL AND parent_id IS NULL;
    CREATE TABLE charges (${uuid}, organization_id uuid NOT NULL, plan_id uuid REFERENCES plans, properties jsonb NOT NULL DEFAULT '{}');
    CREATE TABLE subscriptions (${uuid}, organization_id uuid NOT NULL, customer_id uuid NOT NULL REFERENCES customers, plan_id uuid NOT NULL REFERENCES plans, previous_subscription_id uuid);
    CREATE TABLE invoices (${uuid}, ${organization}, customer_id uuid REFERENCES customers, number varchar NOT NULL, net_amount numeric(30, 5), UNIQUE (organization_id, number));
    CREATE TABLE fees (${uuid}, organization_id uuid NOT NULL, invoice_id uuid REFERENCES invoices, subscription_id uuid REFERENCES subscriptions, invoiceable_type varchar, invoiceable_id uuid,
      true_up_parent_fee_id uuid REFERENCES fees, units numeric NOT NULL DEFAULT 0.0);
    CREATE TABLE payment_providers (${uuid}, ${organization}, type varchar NOT NULL, secrets varchar, settings jsonb DEFAULT '{}');
    CREATE TABLE active_storage_blobs (${uuid}, key varchar NOT NULL UNIQUE, checksum varchar);
    CREATE TABLE active_storage_attachments (${uuid}, name varchar NOT NULL, record_type varchar NOT NULL, record_id uuid NOT NULL, blob_id uuid NOT NULL REFERENCES active_storage_blobs);
    CREATE TABLE versions (id bigserial PRIMARY KEY, item_type varchar NOT NULL, item_id varchar NOT NULL, event varchar NOT NULL, object jsonb);`,
  rows: `
    INSERT INTO users (email) SELECT 'u' || n || '@x.example' FROM generate_series(1, 2) n; INSERT INTO organizations (id, name, slug, hmac_key) VALUES ('${ACME}', 'Acme', 'acme', 'k1'), (gen_random_uuid(), 'Other', 'other', 'k2');
    INSERT INTO memberships (organization_id, user_id) SELECT o.id, u.id FROM organizations o, users u; INSERT INTO memberships (organization_id, user_id, status) SELECT o.id, u.id, 1 FROM organizations o, users u;
    INSERT INTO roles (code, admin) VALUES ('admin', true), ('finance', false); INSERT INTO roles (organization_id, code, permissions) SELECT id, 'auditor', '{invoices:view}' FROM organizations;
    INSERT INTO membership_roles (organization_id, membership_id, role_id) SELECT m.organization_id, m.id, r.id FROM memberships m JOIN roles r ON r.code = 'finance' OR r.organization_id = m.organization_id;
    INSERT INTO customers (organization_id, external_id, kind, sequential_id) SELECT id, 'c' || n, 'company', n FROM organizations, generate_series(1, 2) n;
    INSERT INTO customers (organization_id, external_id, deleted_at) SELECT id, 'c1', '2026-01-01' FROM organizations, generate_series(1, 2);
    INSERT INTO plans (organization_id, code, amount_cents) SELECT id, 'pro', 100 FROM organizations; INSERT INTO plans (organization_id, code, parent_id, amount_cents) SELECT organization_id, code, id, 90 FROM plans;
    INSERT INTO charges (organization_id, plan_id, properties) SELECT organization_id, id, '{"amount": "1.50", "tiers": [{"upTo": null}]}' FROM plans;
    INSERT INTO subscriptions (organization_id, customer_id, plan_id) SELECT c.organization_id, c.id, p.id FROM customers c JOIN plans p USING (organization_id) WHERE p.parent_id IS NULL AND c.deleted_at IS NULL;
    INSERT INTO subscriptions (organization_id, customer_id, plan_id, previous_subscription_id) SELECT organization_id, customer_id, plan_id, id FROM subscriptions;
    INSERT INTO invoices (organization_id, customer_id, number, net_amount) SELECT organization_id, id, 'ACM-' || sequential_id, 10.50000 FROM customers WHERE deleted_at IS NULL;
    INSERT INTO fees (organization_id, invoice_id, subscription_id, invoiceable_type, invoiceable_id) SELECT i.organization_id, i.id, s.id, 'Subscription', s.id FROM invoices i JOIN subscriptions s ON s.customer_id = i.customer_id;
    INSERT INTO fees (organization_id, true_up_parent_fee_id) SELECT organization_id, id FROM fees; INSERT INTO payment_providers (organization_id, type, secrets) SELECT id, 'PaymentProviders::X', 'enc' FROM organizations;
    INSERT INTO active_storage_blobs (key) SELECT id::text FROM invoices; INSERT INTO active_storage_attachments (name, record_type, record_id, blob_id) SELECT 'file', 'Invoice', i.id, b.id FROM invoices i JOIN active_storage_blobs b ON b.key = i.id::text;
    UPDATE active_storage_blobs SET key = md5(key); INSERT INTO versions (item_type, item_id, event) SELECT 'Plan', id, 'create' FROM plans;`,
  elsewhere: `INSERT INTO roles (code, admin) VALUES ('finance', false), ('manager', false), ('admin', true); INSERT INTO users (email) VALUES ('u2@x.example'), ('u1@x.example'); INSERT INTO organizations (name, slug, hmac_key) VALUES ('Resident', 'resident', 'k9');`,
  yaml: `
    tenant: { table: public.organizations, slug: slug, name: name }
    tables:
      public.active_storage_blobs: { owned_through: public.active_storage_attachments.blob_id }
      public.active_storage_attachments: { path: [record_id, organization_id] }
      public.versions: excluded
      public.roles: { null_key: shared }
    common:
      public.users: { match: [email], create: [email] }
      public.roles: { match: [code] }
    columns:
      public.organizations.hmac_key: { class: secret, on_import: regenerate }
      public.payment_providers.secrets: { encrypted: true }
      public.active_storage_blobs.key: { class: secret, on_import: regenerate }
      public.users.password_digest: hashed
    references:
      - { from: public.subscriptions.previous_subscription_id, to: public.subscriptions.id }
      - { from: public.fees.invoiceable_id, when: { invoiceable_type: Subscription }, to: public.subscriptions.id }
      - { from: public.active_storage_attachments.record_id, to: public.invoices.id }
      - { from: public.customers.external_id, to: none }
      - { from: public.customers.sequential_id, to: none }`,
  unanswered: {
    yaml: "tenant: { table: public.organizations, slug: slug }",
    findings: [
      ["null-key-unanswered", "public.roles.organization_id"],
      ["suspected-reference", "public.subscriptions.previous_subscription_id"],
      ["suspected-reference", "public.fees.invoiceable_id"],
      ["unclassified-secret", "public.payment_providers.secrets"],
      ["unclassified", "public.active_storage_attachments"],
    ],
  },
  tenant: "acme",
  secrets: {
    "public.organizations": { hmac_key: REMADE },
    "public.active_storage_blobs": { key: REMADE },
  },
  tables: [
    {
      ...owned("organizations", "t.id::text = $1", ["id"]),
      becomes: {
        slug: { source: "'copy'", imported: "t.slug" },
      },
    },
    inOrganization("memberships", { user_id: "users(id)" }),
    inOrganization("roles"),
    inOrganization("membership_roles", { membership_id: "memberships(id)", role_id: "roles(id)" }),
    inOrganization("customers"),
    inOrganization("plans", { parent_id: "plans(id)" }),
    inOrganization("charges", { plan_id: "plans(id)" }),
    inOrganization("subscriptions", {
      customer_id: "customers(id)",
      plan_id: "plans(id)",
      previous_subscription_id: { to: [{ table: "public.subscriptions", columns: ["id"] }], soft: true },
    }),
    inOrganization("invoices", { customer_id: "customers(id)" }),
    inOrganization("fees", {
      invoice_id: "invoices(id)",
      subscription_id: "subscriptions(id)",
      true_up_parent_fee_id: "fees(id)",
      invoiceable_id: {
        to: [{ table: "public.subscriptions", columns: ["id"] }],
        when: { invoiceable_type: "Subscription" },
        soft: true,
      },
    }),
    inOrganization("payment_providers"),
    owned(
      "active_storage_attachments",
      "t.record_id IN (SELECT id FROM invoices WHERE organization_id::text = $1)",
      ["id"],
      { blob_id: "active_storage_blobs(id)", record_id: "invoices(id)" },
    ),
    owned(
      "active_storage_blobs",
      "t.id IN (SELECT blob_id FROM active_storage_attachments a JOIN invoices i ON i.id = a.record_id WHERE i.organization_id::text = $1)",
      ["id"],
    ),
  ],
  common: [
    { name: "public.users", rows: "true", match: ["email"], ids: ["id"] },
    { name: "public.roles", rows: "t.organization_id IS NULL", match: ["code"], ids: ["id"] },
  ],
};
