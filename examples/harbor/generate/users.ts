/** The users of a database: each tenant's staff, and freelancers who work for several. */
import { DAY, NOW, OPENED, timestamp } from "./clock.ts";
import type { Row } from "./copy-text.ts";
import { base62, uuidV4 } from "./identifiers.ts";
import { FREELANCERS, personAt } from "./names.ts";
import { createDice, seedOf } from "./random.ts";
import type { Sizes } from "./sizes.ts";
import type { Region, Tenant } from "./tenants.ts";
import { tenantSeed } from "./world.ts";

export const USER_COLUMNS = [
  "id",
  "email",
  "name",
  "password_hash",
  "totp_secret",
  "locale",
  "created_at",
  "last_seen_at",
  "last_seen_ip",
];

const staffId = (tenant: Tenant, member: number) => uuidV4(tenantSeed(tenant), seedOf("user"), member);

const freelancerId = (region: Region, freelancer: number) =>
  uuidV4(seedOf(region), seedOf("freelancer"), freelancer);

/** Ids of a tenant's members, its freelancers last. */
export function memberIds(tenant: Tenant, sizes: Sizes): string[] {
  const freelancers = FREELANCERS.flatMap((person, n) =>
    person.tenants.includes(tenant.slug) ? [freelancerId(tenant.region, n)] : [],
  );
  return [...Array.from({ length: sizes.staff }, (_, n) => staffId(tenant, n)), ...freelancers];
}

/** One row a person, for the tenants of one database. */
export function* userRows(
  region: Region,
  tenants: readonly { tenant: Tenant; sizes: Sizes }[],
): Generator<Row> {
  for (const [n, person] of FREELANCERS.entries()) {
    if (!tenants.some(({ tenant }) => person.tenants.includes(tenant.slug))) continue;
    yield userRow(freelancerId(region, n), person, seedOf(region), n, "en");
  }
  for (const { tenant, sizes } of tenants) {
    const seed = tenantSeed(tenant);
    for (let n = 0; n < sizes.staff; n++) {
      const locale = n % 3 === 0 ? "en" : tenant.locale;
      yield userRow(staffId(tenant, n), personAt(tenant.domain, seed % 60, n), seed, n, locale);
    }
  }
}

function userRow(
  id: string,
  person: { name: string; email: string },
  seed: number,
  row: number,
  locale: string,
): Row {
  const throws = createDice(seed, "users").roll(row);
  const seen = throws.chance(85) ? NOW - throws.below(40 * DAY) : null;
  const signsInHere = throws.chance(80);
  return [
    id,
    person.email,
    person.name,
    signsInHere ? `scrypt$16384$8$1$${base62(seed, seedOf("password"), row, 43)}` : null,
    throws.chance(30) ? base62(seed, seedOf("totp"), row, 32).toUpperCase() : null,
    locale,
    timestamp(OPENED + throws.below(700) * DAY),
    seen === null ? null : timestamp(seen),
    seen === null ? null : `203.0.113.${throws.below(255)}`,
  ];
}
