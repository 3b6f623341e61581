/** What several tables have to agree on, computed from the row's number whenever one of them asks. */
import { DAY, HOUR, MINUTE, NOW, spread } from "./clock.ts";
import { base62 } from "./identifiers.ts";
import { PORTS, type Port } from "./places.ts";
import { seedOf } from "./random.ts";
import { fact, timedUuid, uuid, type World } from "./world.ts";

const choose = (list: readonly number[], bits: number) => list[bits % list.length] as number;

export const projectId = (world: World, project: number) => uuid(world, "project", project);

/** Projects have the same number of environments each, numbered through. */
export const environmentId = (world: World, project: number, environment: number) =>
  uuid(world, "environment", project * world.sizes.environmentsPerProject + environment);

export const deviceId = (world: World, device: number) => uuid(world, "device", device);

export const shipmentTime = (world: World, shipment: number) =>
  spread(shipment, world.sizes.shipments, fact(world, "shipment time", shipment));

export const shipmentId = (world: World, shipment: number) =>
  timedUuid(world, "shipment", shipment, shipmentTime(world, shipment));

export const shipmentPublicId = (world: World, shipment: number) => uuid(world, "public shipment", shipment);

export const shipmentProject = (world: World, shipment: number) =>
  fact(world, "shipment project", shipment) % world.sizes.projects;

/** The shipment that happened at the same part of the demo's time as row `row` of `count`. */
export const shipmentNear = (world: World, row: number, count: number) =>
  Math.floor((row / count) * world.sizes.shipments);

export const legsOf = (world: World, shipment: number) =>
  choose(world.sizes.legs, fact(world, "legs", shipment));

/** Ports along the way: leg n goes from stop n - 1 to stop n. */
export const stop = (world: World, shipment: number, leg: number): Port =>
  PORTS[(fact(world, "stop", shipment) + leg * 7) % PORTS.length] as Port;

export const legTime = (world: World, shipment: number, leg: number) =>
  shipmentTime(world, shipment) +
  2 * DAY +
  (leg - 1) * 6 * DAY +
  (fact(world, "leg time", shipment * 8 + leg) % (2 * DAY));

export const isCancelled = (world: World, shipment: number) =>
  shipment > 0 && fact(world, "cancelled", shipment) % 40 === 0;

/** Scans of a leg, counted from 1. Nothing is scanned before it has left, or when it never does. */
export function scansOf(world: World, shipment: number, leg: number): number {
  if (isCancelled(world, shipment) || legTime(world, shipment, leg) > NOW - DAY) return 0;
  const scans = choose(world.sizes.scans, fact(world, "scans", shipment * 8 + leg));
  return shipment === 0 && leg === 1 ? Math.max(1, scans) : scans;
}

/** A revision stands right after the document that it replaces and is about the same thing. */
export function documentSubject(world: World, document: number): number {
  let first = document;
  while (isRevision(world, first)) first--;
  return first;
}

export const isRevision = (world: World, document: number) =>
  document > 0 && fact(world, "revision", document) % 24 === 1;

export const documentId = (world: World, document: number) => uuid(world, "document", document);

export const conversationTime = (world: World, conversation: number) =>
  spread(conversation, world.sizes.conversations, fact(world, "conversation time", conversation));

export const conversationId = (world: World, conversation: number) =>
  timedUuid(world, "conversation", conversation, conversationTime(world, conversation));

export const messagesOf = (world: World, conversation: number) =>
  choose(world.sizes.messages, fact(world, "messages", conversation));

export const messageTime = (world: World, conversation: number, message: number) =>
  conversationTime(world, conversation) +
  message * 3 * HOUR +
  (fact(world, "message time", conversation * 64 + message) % (170 * MINUTE));

export const messageId = (world: World, conversation: number, message: number) =>
  timedUuid(world, "message", conversation * 64 + message, messageTime(world, conversation, message));

/** As the application makes them: a prefix that says what it is, and 16 characters. */
export const invoiceId = (world: World, invoice: number) =>
  `inv_${base62(world.seed, seedOf("invoice"), invoice, 16)}`;

export const customerId = (world: World, customer: number) => world.firsts.customer + customer;
export const ticketId = (world: World, ticket: number) => world.firsts.ticket + ticket;

/** A number that no sequence of this database has reached, for things that are gone. */
export const goneId = (world: World, row: number) => world.commons.firstInteger + 900_000_000 + row;
