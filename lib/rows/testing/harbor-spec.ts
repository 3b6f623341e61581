/** The demo platform as the oracle knows it: written by hand, from its migrations. */
import type { OracleCommon, OraclePointer, OracleSpec, OracleTable } from "./oracle-spec.ts";

export interface HarborChanges {
  readonly slug?: string;
  /** Old host name to new. */
  readonly domains?: ReadonlyMap<string, string>;
}

const UUID = "[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}";
/** An id inside of a path or a key. */
const IN_TEXT = new RegExp(`(${UUID})`, "g");
const IN_UUIDS = new RegExp(`(${UUID})|NULL`, "g");
const IN_NUMBERS = /(\d+)|NULL/g;
/** An id is a whole string of the document. */
const IN_JSON = new RegExp(`"(${UUID})"|null`, "g");
const IN_INVOICE_PATH = new RegExp(`(${UUID}|inv_[0-9A-Za-z]{16})`, "g");

const DIRECT = "t.organization_id::text = $1";
const OF_PROJECT = "t.project_id IN (SELECT id FROM public.projects WHERE organization_id::text = $1)";
const SHIPMENTS = `SELECT s.id FROM public.shipments s JOIN public.projects p ON p.id = s.project_id WHERE p.organization_id::text = $1`;
const OF_SHIPMENT = `t.shipment_id IN (${SHIPMENTS})`;

/** A column that holds the `id` of a table of the schema public; several tables where it may be any of them. */
function to(column: string, ...tables: string[]): OraclePointer {
  return {
    columns: [column],
    to: tables.map((table) => ({ table: `public.${table}`, columns: ["id"] })),
  };
}

const ORGANIZATION = to("organization_id", "organizations");
const PROJECT = to("project_id", "projects");

function table(name: string, owned: string, rest: Omit<OracleTable, "name" | "owned"> = {}): OracleTable {
  return { name: `public.${name}`, owned, ...rest };
}

const FIXED: readonly OracleTable[] = [
  table("settings", DIRECT, { points: [ORGANIZATION, { ...to("data", "projects"), inside: IN_JSON }] }),
  table("roles", DIRECT, { ids: ["id"], points: [ORGANIZATION] }),
  table("memberships", DIRECT, { points: [ORGANIZATION, to("user_id", "users"), to("role_id", "roles")] }),
  table("invites", DIRECT, {
    ids: ["id"],
    points: [ORGANIZATION, to("role_id", "roles"), to("invited_by", "users")],
    // Made anew; that each is there and different is a test of its own.
    becomes: { token: { source: "'new'", imported: "'new'" } },
  }),
  table("api_keys", DIRECT, { ids: ["id"], points: [ORGANIZATION, to("created_by", "users")] }),
  table("customers", DIRECT, { ids: ["id"], points: [ORGANIZATION] }),
  table("pickups", "t.customer_id IN (SELECT id FROM public.customers WHERE organization_id::text = $1)", {
    ids: ["id"],
    points: [to("customer_id", "customers")],
  }),
  table("projects", DIRECT, {
    ids: ["id"],
    points: [ORGANIZATION, to("customer_id", "customers"), to("owner_id", "users")],
  }),
  table("environments", OF_PROJECT, { ids: ["id"], points: [PROJECT] }),
  table("connectors", OF_PROJECT, {
    ids: ["id"],
    points: [
      PROJECT,
      to("environment_id", "environments"),
      { ...to("vault_path", "projects", "environments"), inside: IN_TEXT },
    ],
    becomes: { config: { source: "t.config - 'clientSecret'", imported: "t.config" } },
  }),
  table("shipments", OF_PROJECT, {
    ids: ["id", "public_id"],
    points: [PROJECT, to("customer_id", "customers"), to("created_by", "users")],
  }),
  table("shipment_legs", OF_SHIPMENT, { points: [to("shipment_id", "shipments")] }),
  table("leg_scans", OF_SHIPMENT, {
    ids: ["id"],
    points: [
      to("shipment_id", "shipments"),
      {
        columns: ["shipment_id", "leg_position"],
        to: [{ table: "public.shipment_legs", columns: ["shipment_id", "position"] }],
      },
      { ...to("device_id", "devices"), soft: true },
    ],
  }),
  table("devices", DIRECT, {
    ids: ["id"],
    points: [ORGANIZATION],
    becomes: { private_key: { source: "NULL", imported: "t.private_key" } },
  }),
  table("documents", OF_PROJECT, {
    ids: ["id"],
    points: [
      PROJECT,
      to("shipment_id", "shipments"),
      to("replaces_id", "documents"),
      to("uploaded_by", "users"),
      to("data_id", "document_data"),
      { ...to("object_key", "organizations", "projects"), inside: IN_TEXT },
      { ...to("viewer_ids", "users"), inside: IN_UUIDS },
    ],
  }),
  table(
    "document_data",
    "t.id IN (SELECT d.data_id FROM public.documents d JOIN public.projects p ON p.id = d.project_id WHERE p.organization_id::text = $1)",
    { ids: ["id"] },
  ),
  table("conversations", DIRECT, {
    ids: ["id"],
    points: [
      ORGANIZATION,
      to("shipment_id", "shipments"),
      to("last_message_id", "messages"),
      { ...to("participant_ids", "users"), inside: IN_UUIDS },
    ],
  }),
  table(
    "messages",
    "t.conversation_id IN (SELECT id FROM public.conversations WHERE organization_id::text = $1)",
    {
      ids: ["id"],
      points: [
        to("conversation_id", "conversations"),
        to("author_id", "users"),
        to("reply_to_id", "messages"),
        { ...to("attachments", "documents"), inside: IN_JSON },
      ],
    },
  ),
  table("price_list", DIRECT, { ids: ["id"], points: [ORGANIZATION] }),
  table("invoices", DIRECT, {
    ids: ["id"],
    points: [
      ORGANIZATION,
      to("customer_id", "customers"),
      { ...to("pdf_key", "organizations", "invoices"), inside: IN_INVOICE_PATH },
    ],
  }),
  table(
    "invoice_lines",
    "t.invoice_id IN (SELECT id FROM public.invoices WHERE organization_id::text = $1)",
    { points: [to("invoice_id", "invoices"), to("price_id", "price_list"), to("shipment_id", "shipments")] },
  ),
  table("tickets", DIRECT, {
    ids: ["id"],
    points: [
      ORGANIZATION,
      to("opened_by", "users"),
      to("assignee_id", "users"),
      {
        columns: ["shipment_public_id"],
        to: [{ table: "public.shipments", columns: ["public_id"] }],
      },
      { ...to("related_ticket_ids", "tickets"), inside: IN_NUMBERS },
    ],
  }),
  table("audit_events", DIRECT, {
    ids: ["id"],
    points: [
      ORGANIZATION,
      to("actor_id", "users"),
      { ...to("subject_id", "shipments"), when: { subject_type: "shipment" }, soft: true },
      { ...to("subject_id", "invoices"), when: { subject_type: "invoice" }, soft: true },
      { ...to("subject_id", "tickets"), when: { subject_type: "ticket" }, soft: true },
    ],
  }),
  table("usage_counters", DIRECT, { points: [ORGANIZATION] }),
];

const COMMON: readonly OracleCommon[] = [
  { name: "public.users", rows: "true", match: ["email"], ids: ["id"] },
  { name: "public.plans", rows: "true", match: ["code"], ids: ["id"] },
  { name: "public.roles", rows: "t.organization_id IS NULL", match: ["name"], ids: ["id"] },
  { name: "public.price_list", rows: "t.organization_id IS NULL", match: ["code"], ids: ["id"] },
];

/** Tables that do not travel, and columns that name the same row everywhere. */
export const HARBOR_LEFT_OUT = ["public.sessions", "public.search_cache", "public.index_queue"];
export const HARBOR_SAME_EVERYWHERE = ["public.countries"];

export function harborSpec({ slug, domains = new Map() }: HarborChanges = {}): OracleSpec {
  const renamed = [...domains].map(([old, now]) => ` WHEN ${literal(old)} THEN ${literal(now)}`).join("");
  return {
    tables: [
      table("organizations", "t.id::text = $1", {
        ids: ["id"],
        points: [to("plan_id", "plans"), { ...to("logo_key", "organizations"), inside: IN_TEXT }],
        becomes: {
          slug: { source: slug === undefined ? "t.slug" : literal(slug), imported: "t.slug" },
          status: { source: "'suspended'", imported: "t.status" },
        },
      }),
      table("domains", DIRECT, {
        ids: ["id"],
        points: [ORGANIZATION],
        becomes: {
          hostname: {
            source: renamed === "" ? "t.hostname" : `CASE t.hostname${renamed} ELSE t.hostname END`,
            imported: "t.hostname",
          },
          verification_token: { source: "''", imported: "t.verification_token" },
        },
      }),
      ...FIXED,
    ],
    common: COMMON,
  };
}

function literal(text: string): string {
  return `'${text.replaceAll("'", "''")}'`;
}
