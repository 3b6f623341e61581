import { DAY, OPENED, timestamp } from "../clock.ts";
import { projectId } from "../facts.ts";
import { base62 } from "../identifiers.ts";
import { seedOf } from "../random.ts";
import type { TableSource } from "../table-source.ts";
import type { World } from "../world.ts";

export const organizations: TableSource = {
  table: "organizations",
  columns: [
    "id", "slug", "name", "status", "country_code", "billing_email", "vat_number", "timezone", "created_at",
    "updated_at", "plan_id", "logo_key",
  ], // biome-ignore format: names in the order of the rows
  *rows({ tenant, organization, commons, seed }) {
    const joined = OPENED + (seed % 90) * DAY;
    yield [
      organization,
      tenant.slug,
      tenant.name,
      tenant.status,
      tenant.country,
      `billing@${tenant.domain}`,
      tenant.vatNumber,
      tenant.timezone,
      timestamp(joined),
      timestamp(joined + 40 * DAY),
      commons.plans.get(tenant.plan) as number,
      tenant.weight === 0 ? null : `orgs/${organization}/brand/logo.svg`,
    ];
  },
};

export const settings: TableSource = {
  table: "settings",
  columns: ["organization_id", "data", "updated_at"],
  *rows(world) {
    const pinned = Math.min(3, world.sizes.projects);
    const data = {
      theme: world.seed % 2 === 0 ? "dark" : "light",
      defaultProjectId: projectId(world, 0),
      pinnedProjectIds: Array.from({ length: pinned }, (_, n) => projectId(world, n)),
      numberFormat: { decimal: ",", group: "\u202f" },
      signature: `${world.tenant.name}\n"We ship it." \\o/`,
      mailFooter: null,
    };
    yield [world.organization, JSON.stringify(data), timestamp(OPENED + 200 * DAY)];
  },
};

/** The web address and the mail domain stand in one table: no two tenants have either in common. */
export const domains: TableSource = {
  table: "domains",
  columns: ["organization_id", "hostname", "kind", "verification_token", "verified_at"],
  *rows(world) {
    for (const [row, [hostname, kind]] of hostnames(world).entries()) {
      const token = `harbor-verify=${base62(world.seed, seedOf("domain"), row, 32)}`;
      yield [world.organization, hostname, kind, token, row === 1 ? null : timestamp(OPENED + 120 * DAY)];
    }
  },
};

function hostnames({ tenant }: World): [string, "web" | "email"][] {
  const web: [string, "web"] = [`app.${tenant.domain}`, "web"];
  if (tenant.weight === 0) return [web];
  return [web, [`track.${tenant.domain}`, "web"], [tenant.domain, "email"]];
}
