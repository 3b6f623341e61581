import { DAY, date, MINUTE, NOW, spread, timestamp } from "../clock.ts";
import * as facts from "../facts.ts";
import { arrayLiteral } from "../literals.ts";
import { prose } from "../prose.ts";
import type { Dice } from "../random.ts";
import { numbered, type TableSource } from "../table-source.ts";
import { dice, memberOf, timedUuid, uuid, type World } from "../world.ts";

const SUBJECTS = [
  "Label printer prints half a label",
  "Cannot sign in after changing the phone",
  "Invoice shows the wrong currency",
  "Scan is missing in the timeline",
  "Import of bookings stops at row 14",
  "How do I archive a project?",
];

export const tickets: TableSource = {
  table: "tickets",
  columns: [
    "id", "organization_id", "opened_by", "assignee_id", "shipment_public_id", "priority", "subject", "body",
    "related_ticket_ids", "first_response", "opened_at", "closed_at",
  ], // biome-ignore format: names in the order of the rows
  rows(world) {
    const throws = dice(world, "tickets");
    const count = world.sizes.tickets;
    return numbered(count, (n) => {
      const opened = spread(n, count, throws.roll(n).bits());
      return [
        facts.ticketId(world, n),
        world.organization,
        throws.chance(95) ? memberOf(world, throws.bits()) : null,
        throws.chance(60) ? memberOf(world, throws.bits()) : null,
        n === 0 || throws.chance(45)
          ? facts.shipmentPublicId(world, facts.shipmentNear(world, n, count))
          : null,
        throws.pick(["low", "normal", "normal", "high", "urgent"]),
        throws.pick(SUBJECTS),
        prose(throws, n, throws.between(1, 4)),
        related(world, throws, n),
        throws.chance(80)
          ? `${throws.below(2)} day ${throws.below(24)}:${throws.between(10, 59)}:07.25`
          : null,
        timestamp(opened),
        throws.chance(80) ? timestamp(opened + throws.between(1, 20) * DAY) : null,
      ];
    });
  },
};

/** Tickets of before and after this one: whoever reads the table in order meets ids that are yet to come. */
function related(world: World, throws: Dice, ticket: number): string {
  if (ticket % 4 !== 1) return "{}";
  const count = throws.between(1, 3);
  const others = Array.from({ length: count }, () => throws.below(world.sizes.tickets));
  const next = (ticket + 1) % world.sizes.tickets;
  const related = new Set([...others, next].filter((other) => other !== ticket));
  return arrayLiteral([...related].map((other) => facts.ticketId(world, other)));
}

export const auditEvents: TableSource = {
  table: "audit_events",
  columns: [
    "organization_id", "actor_id", "action", "subject_type", "subject_id", "request_id", "ip", "data",
    "occurred_at",
  ], // biome-ignore format: names in the order of the rows
  rows(world) {
    const throws = dice(world, "audit_events");
    const count = world.sizes.auditEvents;
    return numbered(count, (n) => {
      const time = spread(n, count, throws.roll(n).bits());
      const [type, id] = subject(world, throws, n);
      return [
        world.organization,
        throws.chance(85) ? memberOf(world, throws.bits()) : null,
        `${type}.${throws.pick(["created", "updated", "viewed", "exported"])}`,
        type,
        id,
        throws.chance(90) ? timedUuid(world, "request", n, time) : null,
        address(throws),
        detail(throws, n),
        timestamp(time),
      ];
    });
  },
};

/** A few subjects are gone: the trail outlives what it speaks of. */
function subject(world: World, throws: Dice, row: number): [string, string | null] {
  const gone = row % 97 === 42;
  switch (row % 4) {
    case 0:
      return ["invoice", facts.invoiceId(world, throws.below(world.sizes.invoices))];
    case 1:
      return [
        "ticket",
        String(gone ? facts.goneId(world, row) : facts.ticketId(world, throws.below(world.sizes.tickets))),
      ];
    case 2:
      return [
        "shipment",
        gone
          ? uuid(world, "gone shipment", row)
          : facts.shipmentId(world, throws.below(world.sizes.shipments)),
      ];
    default:
      return ["session", null];
  }
}

/** Nightly jobs have none. */
function address(throws: Dice): string | null {
  if (throws.chance(10)) return null;
  return throws.chance(80) ? `203.0.113.${throws.below(255)}` : "2001:db8:0:1::/64";
}

function detail(throws: Dice, row: number): string | null {
  if (row % 3 === 0) return null;
  if (row % 50 === 1) return "null";
  if (row % 50 === 2)
    return '{"total": 1234567890.120, "tiny": 1e-30, "note": "quote \\" slash \\\\ 🚢", "list": []}';
  return `{"fields": ["status", "notes"], "before": {"status": "booked"}, "took": ${throws.below(900)}}`;
}

export const usageCounters: TableSource = {
  table: "usage_counters",
  columns: ["organization_id", "metric", "day", "used", "peak"],
  rows(world) {
    const throws = dice(world, "usage_counters");
    const metrics = ["api.calls", "scans", "storage.bytes"];
    return numbered(world.sizes.usageCounters, (n) => [
      world.organization,
      metrics[n % metrics.length] as string,
      date(NOW - Math.floor(n / metrics.length) * DAY),
      throws.roll(n).below(2_000_000) * (n % 3 === 2 ? 4096 : 1),
      n % 40 === 11 ? "NaN" : throws.chance(80) ? throws.bits() / 7 : null,
    ]);
  },
};

export const searchCache: TableSource = {
  table: "search_cache",
  columns: ["organization_id", "query", "hits", "cached_at"],
  rows(world) {
    return numbered(world.sizes.searchCache, (n) => [
      world.organization,
      `${["tiles", "bicycle", "late", "customs"][n % 4]} ${n}`,
      JSON.stringify([facts.shipmentId(world, n % world.sizes.shipments)]),
      timestamp(NOW - n * MINUTE),
    ]);
  },
};

export const indexQueue: TableSource = {
  table: "index_queue",
  columns: ["shipment_id", "queued_at", "attempts"],
  rows(world) {
    const last = world.sizes.shipments - 1;
    return numbered(Math.min(world.sizes.indexQueue, last + 1), (n) => [
      facts.shipmentId(world, last - n),
      timestamp(NOW - n * MINUTE),
      n % 3,
    ]);
  },
};
