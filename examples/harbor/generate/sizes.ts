/** How many rows a tenant has in each table, of those whose number is known beforehand. */
import type { Tenant } from "./tenants.ts";

export interface Sizes {
  readonly staff: number;
  readonly invites: number;
  readonly sessions: number;
  readonly apiKeys: number;
  readonly customers: number;
  readonly pickups: number;
  readonly projects: number;
  readonly environmentsPerProject: number;
  readonly connectors: number;
  readonly devices: number;
  readonly shipments: number;
  readonly documents: number;
  readonly conversations: number;
  readonly prices: number;
  readonly invoices: number;
  readonly tickets: number;
  readonly auditEvents: number;
  readonly usageCounters: number;
  readonly searchCache: number;
  readonly indexQueue: number;
  /** How many a parent has, taken by chance: legs of a shipment, scans of a leg, messages, invoice lines. */
  readonly legs: readonly number[];
  readonly scans: readonly number[];
  readonly messages: readonly number[];
  readonly lines: readonly number[];
}

const USUAL = {
  environmentsPerProject: 2,
  legs: [1, 1, 2, 2, 2, 3, 3, 4],
  scans: [0, 1, 2, 2, 3, 3, 4, 5],
  messages: [2, 4, 5, 7, 8, 9, 14],
  lines: [1, 2, 3, 3, 4, 5, 6],
};

/** A tenant that has only just signed up: fewer than fifty rows in all. */
const TINY = { environmentsPerProject: 1, legs: [1], scans: [1], messages: [2], lines: [1] };

/**
 * What happens every day grows with the scale; what an office has (people, projects, devices) with its square
 * root. Every table has at least one row, whatever the scale.
 */
export function sizesOf(tenant: Tenant, scale: number): Sizes {
  const share = tenant.weight * scale;
  const daily = (rows: number, least: number) => Math.max(least, Math.round(rows * share));
  const office = (rows: number, least: number) => Math.max(least, Math.round(rows * Math.sqrt(share)));
  return {
    ...(tenant.weight === 0 ? TINY : USUAL),
    staff: office(40, 2),
    invites: office(12, 1),
    sessions: office(30, 1),
    apiKeys: office(12, 1),
    customers: office(400, 2),
    pickups: daily(500, 1),
    projects: office(24, 1),
    connectors: office(30, 1),
    devices: office(60, 1),
    shipments: daily(4000, 2),
    documents: daily(2500, 2),
    conversations: daily(1000, 1),
    prices: office(8, 1),
    invoices: daily(1000, 1),
    tickets: daily(300, 2),
    auditEvents: daily(5000, 2),
    usageCounters: daily(1200, 1),
    searchCache: office(20, 1),
    indexQueue: office(15, 1),
  };
}
