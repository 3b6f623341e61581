/** Changing the policy (manage:policy): what was, what is, who and why go into the audit trail with it. */
import { inArray } from "drizzle-orm";
import type { Actor } from "../access/actor.ts";
import type { Finding } from "../findings/finding.ts";
import { isId } from "../records/id.ts";
import { platforms } from "../records/schema/platforms.ts";
import { writeSetting } from "../records/settings.ts";
import { type Answer, type Engine, refuse } from "./engine.ts";
import { issueInWords } from "./issue-in-words.ts";
import { notPermitted } from "./people.ts";
import { reviewRange } from "./policy.ts";
import { samePolicy } from "./policy-changes.ts";
import { POLICY_SETTING, type Policy, policySchema } from "./policy-schema.ts";
import { readPolicyToMend } from "./read-policy.ts";

export interface PolicyWish {
  /** As a form or a file gives it; the schema reads it. */
  readonly policy: unknown;
  /** The version that the person saw. */
  readonly version: number;
  readonly reason: string;
}

/**
 * Puts another policy in force. It counts from the next plan, review and begin of a run on; where it is stricter, for
 * what was approved before too.
 *
 * Refuses with `not-permitted`, `reason-missing`, `policy-invalid`, `setting-changed-meanwhile`.
 */
export async function changePolicy(
  engine: Engine,
  actor: Actor,
  { policy, version, reason }: PolicyWish,
): Promise<Answer<{ version: number }>> {
  if (!actor.permissions.has("manage:policy")) return refuse(notPermitted("manage:policy"));
  if (reason.trim() === "") return refuse(reasonMissing());
  const parsed = policySchema.safeParse(policy);
  if (!parsed.success)
    return refuse(...parsed.error.issues.map((issue) => invalid(issue.path.join("."), issueInWords(issue))));
  const wrong = [...beyondRange(engine, parsed.data), ...(await unknownPlatforms(engine, parsed.data))];
  if (wrong.length > 0) return refuse(...wrong);
  const current = await readPolicyToMend(engine.records);
  const same = current.findings.length === 0 && samePolicy(current.value, parsed.data);
  if (same && version === current.version) return { ok: true, version };
  return writeSetting(engine.records, {
    name: POLICY_SETTING,
    value: parsed.data,
    version,
    actor,
    data: { reason: reason.trim() },
  });
}

function beyondRange(engine: Engine, policy: Policy): Finding[] {
  const sets: [string, Readonly<Record<string, number>>][] = [
    ["reviews", policy.reviews],
    ...Object.entries(policy.platforms).map(([id, own]): [string, Record<string, number>] => [
      `platforms.${id}.reviews`,
      own.reviews,
    ]),
  ];
  return sets.flatMap(([where, reviews]) =>
    Object.entries(reviews).flatMap(([kind, needed]) => {
      const operation = engine.registry.all.find((each) => each.kind === kind);
      if (operation === undefined) return [invalid(`${where}.${kind}`, "There is no such operation.")];
      const [least, most] = reviewRange(operation);
      return needed < least || needed > most
        ? [invalid(`${where}.${kind}`, `${operation.title} takes ${least} to ${most} reviews.`)]
        : [];
    }),
  );
}

async function unknownPlatforms(engine: Engine, policy: Policy): Promise<Finding[]> {
  const ids = Object.keys(policy.platforms);
  if (ids.length === 0) return [];
  const known = await engine.records
    .select({ id: platforms.id })
    .from(platforms)
    .where(inArray(platforms.id, ids.filter(isId)));
  const there = new Set(known.map(({ id }) => id));
  return ids
    .filter((id) => !there.has(id))
    .map((id) => invalid(`platforms.${id}`, "There is no such platform."));
}

export function reasonMissing(): Finding {
  return {
    code: "reason-missing",
    severity: "blocks",
    where: "reason",
    what: "Say why: whoever reads the audit trail will ask.",
  };
}

function invalid(where: string, message: string): Finding {
  return {
    code: "policy-invalid",
    severity: "blocks",
    where,
    what: message,
    todo: "Correct it and save again.",
  };
}
