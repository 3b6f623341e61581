import { DAY, NOW, OPENED, timestamp } from "../clock.ts";
import { base62, hexBytes } from "../identifiers.ts";
import { arrayLiteral } from "../literals.ts";
import { FREELANCERS, personAt } from "../names.ts";
import { seedOf } from "../random.ts";
import { numbered, type TableSource } from "../table-source.ts";
import { dice, uuid, type World } from "../world.ts";

/** An organization's own role; the built-in ones belong to nobody. */
const OWN_ROLE = "night shift";

export const roles: TableSource = {
  table: "roles",
  columns: ["id", "organization_id", "name", "permissions"],
  *rows(world) {
    const permissions = arrayLiteral(["shipments.write", "reports.read"]);
    yield [uuid(world, "role", 0), world.organization, OWN_ROLE, permissions];
  },
};

/** The first member owns the place; every ninth works at night. */
function roleOf(world: World, member: number): string {
  if (member % 9 === 8) return uuid(world, "role", 0);
  const name =
    member === 0 ? "owner" : (["member", "accountant", "member", "observer"][member % 4] as string);
  return world.commons.roles.get(name) as string;
}

export const memberships: TableSource = {
  table: "memberships",
  columns: ["organization_id", "user_id", "role_id", "title", "joined_at"],
  rows(world) {
    const throws = dice(world, "memberships");
    return numbered(world.members.length, (n) => [
      world.organization,
      world.members[n] as string,
      roleOf(world, n),
      titleOf(world, n),
      timestamp(OPENED + throws.roll(n).below(800) * DAY),
    ]);
  },
};

function titleOf(world: World, member: number): string | null {
  if (member % 7 === 6) return null;
  if (member < world.sizes.staff) return personAt(world.tenant.domain, world.seed % 60, member).title;
  const freelancers = FREELANCERS.filter((person) => person.tenants.includes(world.tenant.slug));
  return freelancers[member - world.sizes.staff]?.title ?? null;
}

export const invites: TableSource = {
  table: "invites",
  columns: [
    "id", "organization_id", "email", "role_id", "invited_by", "token", "expires_at", "accepted_at",
  ], // biome-ignore format: names in the order of the rows
  rows(world) {
    const throws = dice(world, "invites");
    return numbered(world.sizes.invites, (n) => {
      throws.roll(n);
      const person = personAt(`partner${n}.example`, n, 0);
      const sent = NOW - throws.below(300) * DAY;
      return [
        uuid(world, "invite", n),
        world.organization,
        n % 5 === 4 ? person.email.toUpperCase() : person.email,
        n % 6 === 5 ? uuid(world, "role", 0) : (world.commons.roles.get("member") as string),
        world.members[throws.below(world.members.length)] as string,
        base62(world.seed, seedOf("invite token"), n, 32),
        timestamp(sent + 14 * DAY),
        n % 3 === 1 ? timestamp(sent + DAY) : null,
      ];
    });
  },
};

export const sessions: TableSource = {
  table: "sessions",
  columns: ["id", "organization_id", "user_id", "token_hash", "ip", "user_agent", "expires_at"],
  rows(world) {
    return numbered(world.sizes.sessions, (n) => [
      `ses_${base62(world.seed, seedOf("session"), n, 20)}`,
      world.organization,
      world.members[n % world.members.length] as string,
      `\\x${hexBytes(world.seed, seedOf("session token"), n, 32)}`,
      sessionAddress(n),
      n % 7 === 5 ? null : "Mozilla/5.0 (X11; Linux x86_64; rv:128.0) Gecko/20100101 Firefox/128.0",
      timestamp(NOW + (n % 30) * DAY),
    ]);
  },
};

function sessionAddress(session: number): string | null {
  if (session % 9 === 7) return null;
  return session % 4 === 3 ? `2001:db8::${(session % 4000).toString(16)}` : `192.0.2.${session % 255}`;
}

export const apiKeys: TableSource = {
  table: "api_keys",
  columns: [
    "id", "organization_id", "created_by", "name", "scopes", "allowed_network", "last_used_ip", "last_used_at",
    "created_at", "revoked_at", "key_prefix", "key_hash",
  ], // biome-ignore format: names in the order of the rows
  rows(world) {
    const throws = dice(world, "api_keys");
    return numbered(world.sizes.apiKeys, (n) => {
      const made = OPENED + throws.roll(n).below(700) * DAY;
      const used = throws.chance(70);
      return [
        uuid(world, "api key", n),
        world.organization,
        throws.chance(80) ? (world.members[throws.below(world.members.length)] as string) : null,
        ["Warehouse scanner", "ERP import", "Tracking page", 'Dev\'s "test" key'][n % 4] as string,
        arrayLiteral(n % 3 === 0 ? ["read"] : ["read", "shipments:write", "a, b"]),
        n % 5 === 2 ? "198.51.100.0/24" : null,
        used ? `198.51.100.${n % 255}` : null,
        used ? timestamp(NOW - throws.below(2000) * 60_000) : null,
        timestamp(made),
        n % 6 === 5 ? timestamp(made + 60 * DAY) : null,
        `hk_${base62(world.seed, seedOf("api key prefix"), n, 5)}`,
        hexBytes(world.seed, seedOf("api key hash"), n, 32),
      ];
    });
  },
};
