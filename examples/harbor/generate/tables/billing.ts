import { DAY, date, NOW, OPENED, spread, timestamp } from "../clock.ts";
import * as facts from "../facts.ts";
import type { Dice } from "../random.ts";
import { numbered, type TableSource } from "../table-source.ts";
import { dice, fact, type World } from "../world.ts";

/** The first of them stands on everybody's list too: there the organization's own price wins. */
const OWN_PRICES = [
  "handling",
  "express",
  "reefer-plug",
  "weekend",
  "tail-lift",
  "waiting-time",
  "adr",
  "pallet-swap",
];

export const priceList: TableSource = {
  table: "price_list",
  columns: ["id", "organization_id", "code", "description", "unit_price", "currency", "valid"],
  rows(world) {
    const throws = dice(world, "price_list");
    return numbered(world.sizes.prices, (n) => {
      const code = OWN_PRICES[n % OWN_PRICES.length] as string;
      return [
        world.firsts.price + n,
        world.organization,
        n < OWN_PRICES.length ? code : `${code}-${n}`,
        `Own price: ${code.replaceAll("-", " ")}`,
        `${throws.roll(n).between(2, 480)}.${String(throws.below(10_000)).padStart(4, "0")}`,
        world.tenant.currency,
        [`[${date(OPENED)},)`, `[${date(OPENED)},${date(NOW)})`, "(,)"][n % 3] as string,
      ];
    });
  },
};

export const invoices: TableSource = {
  table: "invoices",
  columns: [
    "id", "organization_id", "customer_id", "number", "status", "currency", "issued_on", "payment_term",
    "pdf_key", "created_at",
  ], // biome-ignore format: names in the order of the rows
  rows(world) {
    const throws = dice(world, "invoices");
    const count = world.sizes.invoices;
    return numbered(count, (n) => {
      const made = spread(n, count, throws.roll(n).bits());
      const id = facts.invoiceId(world, n);
      const status = statusOf(throws, made);
      const issued = status !== "draft";
      return [
        id,
        world.organization,
        facts.customerId(world, throws.below(world.sizes.customers)),
        1001 + n,
        status,
        world.tenant.currency,
        issued ? date(made + DAY) : null,
        throws.pick(["14 days", "30 days", "1 mon", "60 days"]),
        issued ? `orgs/${world.organization}/invoices/${id}.pdf` : null,
        timestamp(made),
      ];
    });
  },
};

function statusOf(throws: Dice, made: number): string {
  if (made > NOW - 10 * DAY) return "draft";
  if (throws.chance(3)) return "void";
  return made > NOW - 60 * DAY ? "open" : "paid";
}

export const invoiceLines: TableSource = {
  table: "invoice_lines",
  columns: [
    "invoice_id", "line_no", "price_id", "shipment_id", "description", "quantity", "unit_price",
  ], // biome-ignore format: names in the order of the rows
  *rows(world) {
    const throws = dice(world, "invoice_lines");
    const shared = [...world.commons.prices.entries()];
    for (let invoice = 0; invoice < world.sizes.invoices; invoice++) {
      const id = facts.invoiceId(world, invoice);
      const lines = world.sizes.lines[fact(world, "lines", invoice) % world.sizes.lines.length] as number;
      for (let line = 1; line <= lines; line++) {
        throws.roll(invoice * 8 + line);
        const [price, description] = priceOf(world, throws, shared);
        const shipment = facts.shipmentNear(world, invoice, world.sizes.invoices);
        yield [
          id,
          line,
          price,
          throws.chance(75) ? facts.shipmentId(world, shipment) : null,
          description,
          `${throws.between(throws.chance(4) ? -9 : 1, 60)}.${String(throws.below(1000)).padStart(3, "0")}`,
          `${throws.between(1, 300)}.${String(throws.below(10_000)).padStart(4, "0")}`,
        ];
      }
    }
  },
};

function priceOf(
  world: World,
  throws: Dice,
  shared: readonly (readonly [string, number])[],
): [number | null, string] {
  if (throws.chance(60)) {
    const [code, id] = throws.pick(shared);
    return [id, `Fee: ${code}`];
  }
  if (throws.chance(50)) return [world.firsts.price + throws.below(world.sizes.prices), "As agreed"];
  return [null, throws.pick(["Goodwill", 'Correction of "1002"', "Waiting time\n(see e-mail)"])];
}
