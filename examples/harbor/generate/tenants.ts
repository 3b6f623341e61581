/** The five tenants of the demo, and how much each has. */

export type Region = "eu-1" | "us-1";

export interface Tenant {
  readonly slug: string;
  readonly name: string;
  readonly region: Region;
  readonly domain: string;
  readonly plan: "starter" | "growth" | "enterprise";
  readonly country: string;
  readonly timezone: string;
  readonly locale: string;
  readonly currency: string;
  readonly vatNumber: string | null;
  readonly status: "active" | "trial";
  /** How much it has, as a share of the biggest tenant. */
  readonly weight: number;
}

export const TENANTS: readonly Tenant[] = [
  {
    slug: "kestrel",
    name: "Kestrel & Vane Forwarding",
    region: "eu-1",
    domain: "kestrelvane.example",
    plan: "enterprise",
    country: "DK",
    timezone: "Europe/Copenhagen",
    locale: "da-DK",
    currency: "EUR",
    vatNumber: "DK-38112764",
    status: "active",
    weight: 1,
  },
  {
    slug: "saltmarsh",
    name: "Saltmarsh Logistics",
    region: "eu-1",
    domain: "saltmarsh.example",
    plan: "growth",
    country: "NL",
    timezone: "Europe/Amsterdam",
    locale: "nl-NL",
    currency: "EUR",
    vatNumber: "NL-8204.11.702.B01",
    status: "active",
    weight: 0.14,
  },
  {
    slug: "tern-island",
    name: "Tern Island Trading",
    region: "eu-1",
    domain: "ternisland.example",
    plan: "starter",
    country: "IE",
    timezone: "Europe/Dublin",
    locale: "en-IE",
    currency: "EUR",
    vatNumber: null,
    status: "active",
    weight: 0,
  },
  {
    slug: "bluefin",
    name: "Bluefin Freight Systems",
    region: "us-1",
    domain: "bluefinfreight.example",
    plan: "growth",
    country: "US",
    timezone: "America/Chicago",
    locale: "en-US",
    currency: "USD",
    vatNumber: null,
    status: "active",
    weight: 0.33,
  },
  {
    slug: "copper-basin",
    name: 'Copper Basin Supply ("CBS")',
    region: "us-1",
    domain: "copperbasin.example",
    plan: "starter",
    country: "CA",
    timezone: "America/Vancouver",
    locale: "fr-CA",
    currency: "CAD",
    vatNumber: null,
    status: "trial",
    weight: 0.035,
  },
];

/** Rows of the biggest tenant at scale 1, all tables together, about. */
const ROWS_AT_SCALE_ONE = 60_000;

/** The scale at which a tenant has about so many rows in all its tables together. */
export function scaleForRows(tenant: Tenant, rows: number): number {
  if (tenant.weight === 0) throw new Error(`${tenant.slug} stays small at any scale`);
  return rows / (ROWS_AT_SCALE_ONE * tenant.weight);
}
