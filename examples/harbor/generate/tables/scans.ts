import { DAY, date, HOUR, NOW, OPENED, timestamp } from "../clock.ts";
import * as facts from "../facts.ts";
import { hexBytes } from "../identifiers.ts";
import type { Port } from "../places.ts";
import { type Dice, seedOf } from "../random.ts";
import { numbered, type TableSource } from "../table-source.ts";
import { dice, fact, uuid, type World } from "../world.ts";

export const devices: TableSource = {
  table: "devices",
  columns: [
    "id", "organization_id", "serial_number", "model", "mac", "certificate", "private_key", "installed_on",
    "retired_at",
  ], // biome-ignore format: names in the order of the rows
  rows(world) {
    return numbered(world.sizes.devices, (n) => {
      const serial = hexBytes(world.seed, seedOf("device serial"), n, 8);
      return [
        facts.deviceId(world, n),
        world.organization,
        serial.toUpperCase(),
        n % 3 === 0 ? "Gate G2" : "Handheld H7",
        n % 8 === 7 ? null : (`02${serial.slice(0, 10)}`.match(/../g) ?? []).join(":"),
        n % 6 === 5 ? null : pem("CERTIFICATE", hexBytes(world.seed, seedOf("certificate"), n, 96)),
        // Fetched by most devices, and then no longer kept.
        n % 3 === 0 ? pem("DEMO KEY", hexBytes(world.seed, seedOf("device key"), n, 48)) : null,
        n % 7 === 4 ? null : date(OPENED + (n % 400) * DAY),
        n % 10 === 9 ? timestamp(NOW - (n % 200) * DAY) : null,
      ];
    });
  },
};

const pem = (kind: string, body: string) =>
  `-----BEGIN ${kind}-----\n${(body.match(/.{1,64}/g) ?? []).join("\n")}\n-----END ${kind}-----\n`;

export const legScans: TableSource = {
  table: "leg_scans",
  columns: [
    "shipment_id", "leg_position", "device_id", "scanned_at", "place", "temperature_c", "payload",
  ], // biome-ignore format: names in the order of the rows
  *rows(world) {
    const throws = dice(world, "leg_scans");
    for (let shipment = 0; shipment < world.sizes.shipments; shipment++) {
      const id = facts.shipmentId(world, shipment);
      const legs = facts.legsOf(world, shipment);
      for (let leg = 1; leg <= legs; leg++) {
        const scans = facts.scansOf(world, shipment, leg);
        const departs = facts.legTime(world, shipment, leg);
        for (let scan = 0; scan < scans; scan++) {
          throws.roll((shipment * 8 + leg) * 8 + scan);
          yield [
            id,
            leg,
            deviceOf(world, throws, shipment * 8 + leg),
            timestamp(departs + scan * 4 * HOUR + throws.below(HOUR)),
            throws.chance(85)
              ? placeBetween(facts.stop(world, shipment, leg - 1), facts.stop(world, shipment, leg), throws)
              : null,
            throws.chance(35) ? throws.between(-250, 300) / 10 : null,
            payload(throws, scan),
          ];
        }
      }
    }
  },
};

/** Devices come and go: some readings name one that is gone, some none at all. */
function deviceOf(world: World, throws: Dice, leg: number): string | null {
  if (throws.chance(8)) return null;
  if (throws.chance(1)) return uuid(world, "gone device", leg);
  return facts.deviceId(world, fact(world, "device of leg", leg) % world.sizes.devices);
}

/** Somewhere on the straight line; ships do not go there, but a map shows what belongs together. */
function placeBetween(from: Port, to: Port, throws: Dice): string {
  const part = throws.below(1000) / 1000;
  const between = (a: number, b: number) => (a + (b - a) * part).toFixed(5);
  return `(${between(from.longitude, to.longitude)},${between(from.latitude, to.latitude)})`;
}

/** As the devices send it, spaces, repeated members and all: the column is json, which keeps the text. */
function payload(throws: Dice, scan: number): string | null {
  const rssi = -throws.between(40, 99);
  switch (throws.below(6)) {
    case 0:
      return null;
    case 1:
      return `{ "rssi": ${rssi},  "rssi": ${rssi - 1} }`;
    case 2:
      return `{"seq":${scan},\n "volt":3.30, "big":12345678901234567890.10}`;
    case 3:
      return "null";
    default:
      return `{"seq":${scan},"rssi":${rssi},"ok":true}`;
  }
}
