/** All tables of one tenant, parents first where there is an order. */
import type { TableSource } from "../table-source.ts";
import { invoiceLines, invoices, priceList } from "./billing.ts";
import { conversations, messages } from "./conversations.ts";
import { connectors, customers, environments, pickups, projects } from "./customers.ts";
import { documentData, documents } from "./documents.ts";
import { domains, organizations, settings } from "./organization.ts";
import { apiKeys, invites, memberships, roles, sessions } from "./people.ts";
import { devices, legScans } from "./scans.ts";
import { shipmentLegs, shipments } from "./shipments.ts";
import { auditEvents, indexQueue, searchCache, tickets, usageCounters } from "./support.ts";

export const TENANT_TABLES: readonly TableSource[] = [
  organizations,
  settings,
  domains,
  roles,
  memberships,
  invites,
  sessions,
  apiKeys,
  customers,
  pickups,
  projects,
  environments,
  connectors,
  devices,
  shipments,
  shipmentLegs,
  legScans,
  documentData,
  documents,
  conversations,
  messages,
  priceList,
  invoices,
  invoiceLines,
  tickets,
  auditEvents,
  usageCounters,
  searchCache,
  indexQueue,
];
