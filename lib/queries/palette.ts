/** What the palette finds beside the pages: tenants and operations. */
import "server-only";
import { and, desc, eq, ilike, isNull, or, sql } from "drizzle-orm";
import type { Actor } from "../access/actor.ts";
import { databases } from "../records/schema/databases.ts";
import { type OperationState, operations } from "../records/schema/operations.ts";
import { platforms } from "../records/schema/platforms.ts";
import { type TenantState, tenantFoundBy, tenants } from "../records/schema/tenants.ts";
import { containing, foundIn } from "./like.ts";
import { authorise } from "./refused.ts";
import type { Source } from "./source.ts";

export interface PaletteTenant {
  readonly platform: string;
  readonly database: string;
  readonly key: string;
  readonly slug: string | null;
  readonly name: string | null;
  readonly state: TenantState;
}

export interface PaletteOperation {
  readonly id: string;
  readonly kind: string;
  readonly state: OperationState;
  readonly tenant: string | null;
}

export interface PaletteView {
  readonly tenants: readonly PaletteTenant[];
  readonly operations: readonly PaletteOperation[];
}

const AT_MOST = 8;
/** More text than any slug, name or id has. */
const LONGEST = 200;

/** @throws Refused without the permission to see */
export async function readPalette({ records }: Source, actor: Actor, text: string): Promise<PaletteView> {
  authorise(actor, "see");
  const wanted = text.trim().slice(0, LONGEST);
  if (wanted === "") return { tenants: [], operations: [] };
  const found = await findTenants(records, wanted);
  return {
    tenants: found.map(({ databaseId: _, ...tenant }) => tenant),
    operations: await findOperations(
      records,
      wanted,
      found.filter((tenant) => tenant.slug === wanted.toLowerCase() || tenant.key === wanted),
    ),
  };
}

function findTenants(records: Source["records"], wanted: string) {
  const pattern = containing(wanted);
  return (
    records
      .select({
        platform: platforms.name,
        database: databases.name,
        databaseId: tenants.databaseId,
        key: tenants.key,
        slug: tenants.slug,
        name: tenants.name,
        state: tenants.state,
      })
      .from(tenants)
      .innerJoin(platforms, eq(platforms.id, tenants.platformId))
      .innerJoin(databases, eq(databases.id, tenants.databaseId))
      .where(
        and(
          isNull(platforms.deregisteredAt),
          isNull(tenants.goneAt),
          foundIn(
            tenantFoundBy(tenants),
            wanted,
            or(ilike(tenants.slug, pattern), ilike(tenants.name, pattern), eq(tenants.key, wanted)),
          ),
        ),
      )
      // What is called so comes before what only contains it.
      .orderBy(
        desc(sql`coalesce(${tenants.slug} = ${wanted.toLowerCase()}, false)`),
        tenants.slug,
        tenants.id,
      )
      .limit(AT_MOST)
  );
}

/** By the beginning of an id, as a range of the primary key, or else the latest of the tenants that are called so. */
async function findOperations(
  records: Source["records"],
  wanted: string,
  called: readonly { readonly databaseId: string; readonly key: string }[],
): Promise<PaletteOperation[]> {
  const range = idRange(wanted);
  if (range === null && called.length === 0) return [];
  const where =
    range === null
      ? or(
          ...called.map(({ databaseId, key }) =>
            and(eq(operations.databaseId, databaseId), eq(operations.tenantKey, key)),
          ),
        )
      : and(sql`${operations.id} >= ${range.from}::uuid`, sql`${operations.id} <= ${range.to}::uuid`);
  return records
    .select({
      id: operations.id,
      kind: operations.kind,
      state: operations.state,
      tenant: operations.tenantSlug,
    })
    .from(operations)
    .where(where)
    .orderBy(desc(operations.createdAt), desc(operations.id))
    .limit(AT_MOST);
}

const ID_BEGINNING = /^[0-9a-f]{8}[0-9a-f-]{0,28}$/;

/** The ids that begin so; null where no id does, or where the text is too short to mean one. */
export function idRange(text: string): { readonly from: string; readonly to: string } | null {
  const lower = text.toLowerCase();
  if (!ID_BEGINNING.test(lower)) return null;
  const digits = lower.replaceAll("-", "");
  if (digits.length > 32) return null;
  const spread = (fill: string) =>
    digits.padEnd(32, fill).replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, "$1-$2-$3-$4-$5");
  return { from: spread("0"), to: spread("f") };
}
