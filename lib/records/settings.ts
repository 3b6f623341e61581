/** Policies and the brake: small values under a name, each with a version that a change must have seen. */
import { and, eq, sql } from "drizzle-orm";
import type { z } from "zod";
import { type Finding, Refusal } from "../findings/finding.ts";
import { type AuditActor, recordAudit } from "./audit.ts";
import type { RecordsSession } from "./client.ts";
import { settings } from "./schema/settings.ts";

export interface Setting<Value> {
  readonly value: Value;
  /** What a change has to name; 0 while nobody has changed the default. */
  readonly version: number;
}

/**
 * Reads a setting, or `fallback` while it was never written.
 *
 * @throws Refusal `setting-invalid`: the stored value does not fit the schema; no default stands in for a policy that
 *   somebody meant to set
 */
export async function readSetting<Value>(
  session: RecordsSession,
  name: string,
  schema: z.ZodType<Value>,
  fallback: Value,
): Promise<Setting<Value>> {
  const [row] = await session.select().from(settings).where(eq(settings.name, name));
  if (row === undefined) return { value: fallback, version: 0 };
  const parsed = schema.safeParse(row.value);
  if (parsed.success) return { value: parsed.data, version: row.version };
  throw new Refusal(
    {
      code: "setting-invalid",
      severity: "blocks",
      where: `setting ${name}`,
      what: `The stored setting "${name}" is not one that this version understands.`,
      todo: "Save it again under Settings, or restore the records from before it was changed.",
    },
    { cause: parsed.error },
  );
}

export interface SettingChange {
  readonly name: string;
  readonly value: unknown;
  /** The version that the person saw; 0 for the default. */
  readonly version: number;
  readonly actor: AuditActor;
  /** More for the audit entry than name, version, value and the former value: the reason that was given. */
  readonly data?: Readonly<Record<string, unknown>>;
}

export type SettingWritten =
  | { readonly ok: true; readonly version: number }
  | { readonly ok: false; readonly findings: readonly Finding[] };

/**
 * Writes a setting with its audit entry, if nobody else has changed it since `version`. The caller has checked the
 * value with its schema, and that this actor may.
 */
export async function writeSetting(session: RecordsSession, change: SettingChange): Promise<SettingWritten> {
  return session.transaction(async (tx) => {
    const [former] = await tx
      .select({ value: settings.value })
      .from(settings)
      .where(eq(settings.name, change.name))
      .for("update");
    const next = change.version + 1;
    const row = {
      value: change.value,
      version: next,
      changedBy: change.actor.personId,
      changedAt: sql`now()`,
    };
    const written =
      change.version === 0
        ? await tx
            .insert(settings)
            .values({ name: change.name, ...row })
            .onConflictDoNothing()
            .returning({ version: settings.version })
        : await tx
            .update(settings)
            .set(row)
            .where(and(eq(settings.name, change.name), eq(settings.version, change.version)))
            .returning({ version: settings.version });
    if (written.length === 0) return { ok: false, findings: [changedMeanwhile(change.name)] };
    await recordAudit(tx, {
      actor: change.actor,
      action: "setting.changed",
      subject: { type: "setting", id: change.name },
      data: { ...change.data, version: next, value: change.value, former: former?.value ?? null },
    });
    return { ok: true, version: next };
  });
}

function changedMeanwhile(name: string): Finding {
  return {
    code: "setting-changed-meanwhile",
    severity: "blocks",
    where: `setting ${name}`,
    what: "Somebody else has changed this setting since you opened it.",
    todo: "Look at its present value, and save your change again if it is still right.",
  };
}
