/** Where a platform's bundles are kept from now on, and how they are compressed; those that are there stay where they are. */
import { and, eq, isNull } from "drizzle-orm";
import { type Answer, refuse } from "../../engine/engine.ts";
import { notPermitted } from "../../engine/people.ts";
import type { Finding } from "../../findings/finding.ts";
import { recordAudit } from "../../records/audit.ts";
import { isId } from "../../records/id.ts";
import { platforms } from "../../records/schema/platforms.ts";
import type { Console } from "../console.ts";
import { platformNotThere } from "./findings.ts";
import type { Registering } from "./registrar.ts";

export interface StoreChoice {
  readonly platformId: string;
  readonly store: string;
  readonly compression: "gzip" | "zstd";
}

/** Refuses `not-permitted`, `platform-not-found`, `store-unknown`. */
export async function chooseStore(
  { records, stores }: Pick<Console, "records" | "stores">,
  actor: Registering,
  { platformId, store, compression }: StoreChoice,
): Promise<Answer<{ platform: string }>> {
  if (!actor.permissions.has("register:platform")) return refuse(notPermitted("register:platform"));
  if (!isId(platformId)) return refuse(platformNotThere());
  if (!stores.ids.includes(store)) return refuse(storeUnknown(stores.ids));
  return records.transaction(async (tx): Promise<Answer<{ platform: string }>> => {
    const [found] = await tx
      .select()
      .from(platforms)
      .where(and(eq(platforms.id, platformId), isNull(platforms.deregisteredAt)))
      .for("update");
    if (found === undefined) return refuse(platformNotThere());
    const { name: platform } = found;
    if (found.store === store && found.compression === compression) return { ok: true, platform };
    await tx.update(platforms).set({ store, compression }).where(eq(platforms.id, platformId));
    await recordAudit(tx, {
      actor,
      action: "platform.store-chosen",
      subject: { type: "platform", id: platformId },
      platformId,
      data: { from: found.store, to: store, compression, formerCompression: found.compression },
    });
    return { ok: true, platform };
  });
}

function storeUnknown(known: readonly string[]): Finding {
  return {
    code: "store-unknown",
    severity: "blocks",
    where: "store",
    what: "The console is not configured with this store.",
    todo: `Choose one of those that it has: ${known.join(", ")}.`,
  };
}
