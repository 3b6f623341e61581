import { DAY, date, HOUR, OPENED, timestamp } from "../clock.ts";
import { companyName, street } from "../companies.ts";
import { customerId, environmentId, projectId } from "../facts.ts";
import { base62 } from "../identifiers.ts";
import { arrayLiteral, rowLiteral } from "../literals.ts";
import { personAt } from "../names.ts";
import { PORTS } from "../places.ts";
import { prose } from "../prose.ts";
import { type Dice, seedOf } from "../random.ts";
import { numbered, type TableSource } from "../table-source.ts";
import { dice, memberOf, uuid } from "../world.ts";

const TAGS = ["fragile", "reefer", "key account", "pays late", 'says "urgent"', "tail lift, please", "ADR"];

export const customers: TableSource = {
  table: "customers",
  columns: [
    "id", "organization_id", "account_number", "name", "country_code", "tags", "credit_limit", "created_at",
    "contact_name", "contact_email", "address",
  ], // biome-ignore format: names in the order of the rows
  rows(world) {
    const throws = dice(world, "customers");
    return numbered(world.sizes.customers, (n) => {
      throws.roll(n);
      const port = throws.pick(PORTS);
      const contact = throws.chance(85) ? personAt(`customer${n}.example`, n * 11, 0) : null;
      return [
        customerId(world, n),
        world.organization,
        `C-${10_000 + n}`,
        companyName(throws),
        throws.chance(95) ? port.country : null,
        arrayLiteral(TAGS.filter(() => throws.chance(20))),
        throws.chance(75) ? `${throws.between(1, 400)}000.${throws.between(10, 99)}` : null,
        timestamp(OPENED + throws.below(800) * DAY),
        contact?.name ?? null,
        contact?.email ?? null,
        address(throws, n, port.name),
      ];
    });
  },
};

/** Some have no address; now and then one is there and all of it is missing, which is not the same. */
function address(throws: Dice, row: number, city: string): string | null {
  if (row % 13 === 5) return null;
  if (row % 13 === 9) return rowLiteral([null, null, null]);
  return rowLiteral([street(throws), throws.chance(90) ? String(throws.between(1000, 98_999)) : null, city]);
}

export const pickups: TableSource = {
  table: "pickups",
  columns: ["customer_id", "during", "bay", "driver"],
  rows(world) {
    const throws = dice(world, "pickups");
    return numbered(world.sizes.pickups, (n) => {
      throws.roll(n);
      // One window a day and customer, so that none overlap.
      const day = Math.floor(n / world.sizes.customers);
      const from = OPENED + (500 + day) * DAY + throws.below(9) * HOUR;
      const until = from + throws.between(1, 4) * HOUR;
      return [
        customerId(world, n % world.sizes.customers),
        `["${timestamp(from)}","${timestamp(until)}"${throws.chance(90) ? ")" : "]"}`,
        throws.chance(70) ? `Bay ${throws.between(1, 12)}` : null,
        throws.chance(80) ? personAt("drivers.example", n, 0).name : null,
      ];
    });
  },
};

const LANES = ["Baltic consolidation", "Med groupage", "Transpacific FCL", "Winter tyres", "Trade fair 2025"];

export const projects: TableSource = {
  table: "projects",
  columns: [
    "id", "organization_id", "customer_id", "owner_id", "key", "name", "description", "budget", "period",
    "archived_at", "created_at",
  ], // biome-ignore format: names in the order of the rows
  rows(world) {
    const throws = dice(world, "projects");
    return numbered(world.sizes.projects, (n) => {
      throws.roll(n);
      // Every sixth is archived, and the one before it carries its key on.
      const archived = n % 6 === 5;
      const made = OPENED + (n % 20) * DAY;
      return [
        projectId(world, n),
        world.organization,
        n % 5 === 3 ? null : customerId(world, throws.below(world.sizes.customers)),
        throws.chance(90) ? memberOf(world, throws.bits()) : null,
        `PRJ-${archived ? n - 1 : n}`,
        throws.pick(LANES),
        throws.chance(70) ? prose(throws, n, 2) : null,
        throws.chance(60) ? `${throws.between(-5, 900)}000.00` : null,
        [null, `[${date(made)},)`, `[${date(made)},${date(made + 365 * DAY)})`, "empty"][n % 4] as
          | string
          | null,
        archived ? timestamp(made + 300 * DAY) : null,
        timestamp(made),
      ];
    });
  },
};

export const environments: TableSource = {
  table: "environments",
  columns: ["id", "project_id", "name", "base_url"],
  *rows(world) {
    for (let project = 0; project < world.sizes.projects; project++) {
      for (let n = 0; n < world.sizes.environmentsPerProject; n++) {
        const name = n === 0 ? "production" : "sandbox";
        yield [
          environmentId(world, project, n),
          projectId(world, project),
          name,
          `https://${name}.${world.tenant.domain}/api/v${project % 3}`,
        ];
      }
    }
  },
};

export const connectors: TableSource = {
  table: "connectors",
  columns: [
    "id", "project_id", "environment_id", "kind", "vault_path", "config", "poll_every", "enabled", "created_at",
  ], // biome-ignore format: names in the order of the rows
  rows(world) {
    const throws = dice(world, "connectors");
    return numbered(world.sizes.connectors, (n) => {
      const project = throws.roll(n).below(world.sizes.projects);
      const environment = throws.below(world.sizes.environmentsPerProject);
      const ids = [projectId(world, project), environmentId(world, project, environment)] as const;
      const kind = throws.pick(["customs-gateway", "carrier-edi", "erp", "webhook"]);
      return [
        uuid(world, "connector", n),
        ...ids,
        kind,
        // The oldest ones keep their credentials where everybody's are.
        n % 9 === 8 ? `shared:${kind}` : `env:${ids[0]}:${ids[1]}:${kind.toUpperCase().replaceAll("-", "_")}`,
        config(throws, base62(world.seed, seedOf("client secret"), n, 40), n),
        throws.chance(60) ? `${throws.between(1, 90)} minutes` : null,
        throws.chance(85),
        timestamp(OPENED + 420 * DAY + throws.below(300) * DAY),
      ];
    });
  },
};

function config(throws: Dice, clientSecret: string, row: number): string {
  return JSON.stringify({
    clientId: `harbor-${throws.between(1000, 9999)}`,
    ...(row % 4 === 3 ? {} : { clientSecret }),
    endpoint: 'https://edi.example/in?x=1&y="2"',
    headers: { "X-Note": "Grüße\tfrom Harbor", retry: [1, 2.5, 1e-7] },
    lastError: row % 5 === 0 ? null : "timeout \\ 30s",
  });
}
