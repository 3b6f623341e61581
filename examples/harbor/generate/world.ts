/** One tenant as its generators see it: how much it has, and the ids that its rows can point at. */
import { uuidV4, uuidV7 } from "./identifiers.ts";
import { createDice, type Dice, mix, seedOf } from "./random.ts";
import type { Sizes } from "./sizes.ts";
import type { Tenant } from "./tenants.ts";

/** What all tenants of a database share, by natural key; the ids are the database's own. */
export interface Commons {
  /** The lowest number that a sequence of this database gives; the other's numbers lie far away. */
  readonly firstInteger: number;
  readonly plans: ReadonlyMap<string, number>;
  readonly roles: ReadonlyMap<string, string>;
  readonly prices: ReadonlyMap<string, number>;
}

export interface World {
  readonly tenant: Tenant;
  readonly sizes: Sizes;
  readonly commons: Commons;
  /** Where the tenant's rows begin in the tables whose ids are numbers and are pointed at. */
  readonly firsts: { readonly customer: number; readonly ticket: number; readonly price: number };
  /** Ids of all members, freelancers last. */
  readonly members: readonly string[];
  readonly seed: number;
  /** The tenant's key. */
  readonly organization: string;
}

/** The seed from which everything of a tenant follows. */
export function tenantSeed(tenant: Tenant): number {
  return seedOf(`${tenant.region}/${tenant.slug}`);
}

/** Dice for one table's rows. */
export function dice(world: World, stream: string): Dice {
  return createDice(world.seed, stream);
}

/** The random uuid of a row; `stream` names the kind of thing. */
export function uuid(world: World, stream: string, row: number): string {
  return uuidV4(world.seed, seedOf(stream), row);
}

/** The same for ids that sort by time. */
export function timedUuid(world: World, stream: string, row: number, time: number): string {
  return uuidV7(world.seed, seedOf(stream), row, time);
}

/** 32 random bits about a row, the same whoever asks. */
export function fact(world: World, stream: string, row: number): number {
  return mix(world.seed, seedOf(stream), row);
}

export function memberOf(world: World, throwOfDice: number): string {
  return world.members[throwOfDice % world.members.length] as string;
}
