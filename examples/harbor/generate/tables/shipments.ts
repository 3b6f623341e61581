import { DAY, date, NOW, timestamp } from "../clock.ts";
import * as facts from "../facts.ts";
import { searchVector } from "../literals.ts";
import { CARRIERS, distance, VESSELS } from "../places.ts";
import { goods, isAwkward, prose } from "../prose.ts";
import { numbered, type TableSource } from "../table-source.ts";
import { dice, fact, memberOf, type World } from "../world.ts";

export const shipments: TableSource = {
  table: "shipments",
  columns: [
    "id", "public_id", "customer_id", "created_by", "reference", "description", "notes", "status",
    "origin_country", "destination_country", "weight_kg", "packages", "insured", "declared_value", "currency",
    "ready_on", "pickup_after", "transit", "created_at", "updated_at", "project_id", "scan_count", "search",
  ], // biome-ignore format: names in the order of the rows
  rows(world) {
    const throws = dice(world, "shipments");
    const prefix = world.tenant.slug.slice(0, 3).toUpperCase();
    return numbered(world.sizes.shipments, (n) => {
      throws.roll(n);
      const booked = facts.shipmentTime(world, n);
      const legs = facts.legsOf(world, n);
      const packages = throws.between(1, 64);
      const description = goods(throws, packages);
      const valued = throws.chance(65);
      return [
        facts.shipmentId(world, n),
        facts.shipmentPublicId(world, n),
        throws.chance(92) ? facts.customerId(world, throws.below(world.sizes.customers)) : null,
        throws.chance(88) ? memberOf(world, throws.bits()) : null,
        `${prefix}-${String(n + 1).padStart(6, "0")}`,
        description,
        throws.chance(40) || isAwkward(n) ? prose(throws, n, throws.between(1, 3)) : null,
        statusOf(world, n, legs),
        facts.stop(world, n, 0).country,
        facts.stop(world, n, legs).country,
        throws.chance(90)
          ? `${throws.between(1, 24_000)}.${String(throws.below(1000)).padStart(3, "0")}`
          : null,
        packages,
        valued && throws.chance(50),
        valued ? `${throws.between(100, 900_000)}.${throws.between(10, 99)}` : null,
        valued || throws.chance(50) ? world.tenant.currency : null,
        throws.chance(85) ? date(booked + DAY) : null,
        throws.chance(50) ? `${throws.between(10, 17)}:30` : null,
        throws.chance(70) ? `${legs * 6} days ${throws.below(24)}:${throws.between(10, 59)}:00` : null,
        timestamp(booked),
        timestamp(booked + throws.below(20) * DAY),
        facts.projectId(world, facts.shipmentProject(world, n)),
        scanCount(world, n, legs),
        searchVector(description),
      ];
    });
  },
};

function statusOf(world: World, shipment: number, legs: number): string {
  if (facts.isCancelled(world, shipment)) return "cancelled";
  if (facts.legTime(world, shipment, legs) + 6 * DAY < NOW) return "delivered";
  if (facts.legTime(world, shipment, legs) < NOW) return "customs";
  if (facts.legTime(world, shipment, 1) < NOW) return "in_transit";
  return fact(world, "draft", shipment) % 4 === 0 ? "draft" : "booked";
}

function scanCount(world: World, shipment: number, legs: number): number {
  let scans = 0;
  for (let leg = 1; leg <= legs; leg++) scans += facts.scansOf(world, shipment, leg);
  return scans;
}

export const shipmentLegs: TableSource = {
  table: "shipment_legs",
  columns: [
    "shipment_id", "position", "carrier", "vessel", "from_port", "to_port", "departs_at", "arrives_at",
    "distance_km", "cost",
  ], // biome-ignore format: names in the order of the rows
  *rows(world) {
    const throws = dice(world, "shipment_legs");
    for (let shipment = 0; shipment < world.sizes.shipments; shipment++) {
      const id = facts.shipmentId(world, shipment);
      const legs = facts.legsOf(world, shipment);
      for (let leg = 1; leg <= legs; leg++) {
        throws.roll(shipment * 8 + leg);
        const from = facts.stop(world, shipment, leg - 1);
        const to = facts.stop(world, shipment, leg);
        const departs = facts.legTime(world, shipment, leg);
        const arrives = departs + throws.between(1, 5) * DAY;
        yield [
          id,
          leg,
          throws.pick(CARRIERS),
          throws.chance(45) ? throws.pick(VESSELS) : null,
          from.name,
          to.name,
          timestamp(departs),
          arrives < NOW ? timestamp(arrives) : null,
          throws.chance(90) ? distance(from, to) : null,
          throws.chance(80) ? `${throws.between(40, 9000)}.${throws.between(10, 99)}` : null,
        ];
      }
    }
  },
};
