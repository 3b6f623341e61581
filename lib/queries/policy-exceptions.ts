/** Exceptions from the policy with the names behind their ids. Callers authorise. */
import "server-only";
import { desc, eq, inArray, type SQL } from "drizzle-orm";
import { alias } from "drizzle-orm/pg-core";
import type { ExceptionRule } from "../engine/policy-in-force.ts";
import { recordsNow } from "../records/clock.ts";
import { persons } from "../records/schema/persons.ts";
import { platforms } from "../records/schema/platforms.ts";
import { policyExceptions } from "../records/schema/policy-exceptions.ts";
import type { Source } from "./source.ts";

export interface ExceptionView {
  readonly id: string;
  readonly kind: string;
  readonly rule: ExceptionRule;
  readonly value: number;
  /** Null: any platform; and then any tenant. */
  readonly platform: string | null;
  readonly tenantKey: string | null;
  readonly owner: string;
  readonly reason: string;
  readonly grantedBy: string;
  readonly createdAt: Date;
  readonly expiresAt: Date;
  /** Ended before its time. */
  readonly endedAt: Date | null;
  readonly inForce: boolean;
}

const SHOWN = 50;

/** The latest granted first. */
export function listExceptions(source: Source): Promise<ExceptionView[]> {
  return read(source, undefined);
}

/** Those that decided with about an operation. */
export async function exceptionsById(source: Source, ids: readonly string[]): Promise<ExceptionView[]> {
  return ids.length === 0 ? [] : read(source, inArray(policyExceptions.id, [...ids]));
}

async function read({ records }: Source, where: SQL | undefined): Promise<ExceptionView[]> {
  const owner = alias(persons, "owner");
  const granter = alias(persons, "granter");
  const rows = await records
    .select({
      exception: policyExceptions,
      owner: owner.name,
      grantedBy: granter.name,
      platform: platforms.name,
    })
    .from(policyExceptions)
    .innerJoin(owner, eq(owner.id, policyExceptions.ownerId))
    .innerJoin(granter, eq(granter.id, policyExceptions.grantedBy))
    .leftJoin(platforms, eq(platforms.id, policyExceptions.platformId))
    .where(where)
    .orderBy(desc(policyExceptions.createdAt), desc(policyExceptions.id))
    .limit(SHOWN);
  const now = (await recordsNow(records)).getTime();
  return rows.map(({ exception, ...names }) => ({
    id: exception.id,
    kind: exception.kind,
    rule: exception.rule,
    value: exception.value,
    tenantKey: exception.tenantKey,
    reason: exception.reason,
    createdAt: exception.createdAt,
    expiresAt: exception.expiresAt,
    endedAt: exception.endedAt,
    inForce: exception.endedAt === null && exception.expiresAt.getTime() > now,
    ...names,
  }));
}
