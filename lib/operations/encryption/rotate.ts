/** Changing to whom a platform's bundles are encrypted (manage:policy), recorded. */
import { and, eq, isNull } from "drizzle-orm";
import type { Actor } from "../../access/actor.ts";
import { type Answer, refuse } from "../../engine/engine.ts";
import { notPermitted } from "../../engine/people.ts";
import type { Finding } from "../../findings/finding.ts";
import { isId } from "../../records/id.ts";
import { platforms } from "../../records/schema/platforms.ts";
import type { Console } from "../console.ts";
import { makeEncryptionKey } from "./keys.ts";

const LONGEST_LABEL = 100;

/** Refuses `not-permitted`, `label-invalid`, `platform-unknown`. What the former key encrypted is still opened. */
export async function rotateEncryptionKey(
  { records, secrets }: Pick<Console, "records" | "secrets">,
  actor: Actor,
  given: { readonly platformId: string; readonly label: string },
): Promise<Answer<{ recipient: string }>> {
  if (!actor.permissions.has("manage:policy")) return refuse(notPermitted("manage:policy"));
  const label = given.label.trim();
  if (label === "" || label.length > LONGEST_LABEL) return refuse(labelInvalid());
  const { platformId } = given;
  if (!isId(platformId)) return refuse(platformUnknown());
  return records.transaction(async (tx): Promise<Answer<{ recipient: string }>> => {
    const [platform] = await tx
      .select({ id: platforms.id })
      .from(platforms)
      .where(and(eq(platforms.id, platformId), isNull(platforms.deregisteredAt)));
    if (platform === undefined) return refuse(platformUnknown());
    return { ok: true, ...(await makeEncryptionKey(tx, secrets, { platformId, label, actor })) };
  });
}

function labelInvalid(): Finding {
  return {
    code: "label-invalid",
    severity: "blocks",
    where: "label",
    what: "A key has a name of up to 100 characters.",
    todo: "Say why it was made.",
  };
}

function platformUnknown(): Finding {
  return {
    code: "platform-unknown",
    severity: "blocks",
    where: "platformId",
    what: "There is no such platform.",
    todo: "Load the page again to see those that are.",
  };
}
