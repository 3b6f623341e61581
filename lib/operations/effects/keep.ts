/** What a worker has seen of an effect, kept for its page: rows in plain columns, and sealed for who asked for more. */
import { and, eq, inArray, sql } from "drizzle-orm";
import { secretContext } from "../../access/secret-context.ts";
import { recordAudit } from "../../records/audit.ts";
import { migrationEffectRows, migrationEffects } from "../../records/schema/migration-effects.ts";
import type { Effect, TableEffect } from "../../rows/effect/effect.ts";
import { isChanged } from "../../rows/effect/is-changed.ts";
import type { ShownRow } from "../comparisons/shown-row.ts";
import type { Console } from "../console.ts";
import { aboutEffect } from "./ask.ts";
import { hasPersonal, shownEffectRow } from "./shown.ts";

export type EffectHands = Pick<Console, "records" | "secrets">;

/** As it is kept of a table: its rows lie apart. */
export type KeptTable = Omit<TableEffect, "examples"> & {
  readonly examples: number;
  /** Whether its rows show more to who asks for personal columns. */
  readonly personal: boolean;
};

export type KeptEffect = Omit<Effect, "tables" | "findings"> & { readonly tables: readonly KeptTable[] };

type Asked = Pick<typeof migrationEffects.$inferSelect, "id" | "platformId" | "tenantKey" | "personalReason">;

/** Nothing where it has been called off meanwhile. */
export async function keepEffect(
  { records, secrets }: EffectHands,
  asked: Asked,
  { effect, sameAs }: { readonly effect: Effect; readonly sameAs: string },
): Promise<void> {
  const { findings, tables, ...facts } = effect;
  const kept: KeptEffect = {
    ...facts,
    tables: tables.map(({ examples, ...table }) => ({
      ...table,
      examples: examples.length,
      personal: hasPersonal(examples),
    })),
  };
  const personalRows =
    asked.personalReason === null
      ? null
      : secrets.seal(JSON.stringify(personalRowsOf(tables)), secretContext.effectRows(asked.id));
  await records.transaction(async (tx) => {
    const ended = await tx
      .update(migrationEffects)
      .set({ state: "done", endedAt: sql`now()`, effect: kept, findings, sameAs, personalRows })
      .where(and(eq(migrationEffects.id, asked.id), inArray(migrationEffects.state, ["waiting", "running"])))
      .returning({ id: migrationEffects.id });
    if (ended.length === 0) return;
    for (const { table, examples } of tables) {
      if (examples.length === 0) continue;
      await tx.insert(migrationEffectRows).values(
        examples.map((row, place) => ({
          effectId: asked.id,
          table,
          place,
          row: shownEffectRow(row, false),
        })),
      );
    }
    await recordAudit(tx, {
      actor: { personId: null, name: "worker" },
      action: "effect.done",
      ...aboutEffect(asked),
      data: { tables: tables.filter(isChanged).length },
    });
  });
}

/** By table, in the order in which they are kept. */
export type PersonalRows = Readonly<Record<string, readonly ShownRow[]>>;

function personalRowsOf(tables: readonly TableEffect[]): PersonalRows {
  return Object.fromEntries(
    tables
      .filter(({ examples }) => hasPersonal(examples))
      .map(({ table, examples }) => [table, examples.map((row) => shownEffectRow(row, true))]),
  );
}
