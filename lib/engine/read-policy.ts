/** The policy in force, read from the records each time it is asked for. */
import { and, eq, gt, isNull, sql } from "drizzle-orm";
import { type Finding, Refusal } from "../findings/finding.ts";
import type { RecordsSession } from "../records/client.ts";
import { recordsNow } from "../records/clock.ts";
import { policyExceptions } from "../records/schema/policy-exceptions.ts";
import { settings } from "../records/schema/settings.ts";
import { readSetting, type Setting } from "../records/settings.ts";
import { type InForce, type PolicySubject, policyFor } from "./policy-in-force.ts";
import { DEFAULT_POLICY, POLICY_SETTING, type Policy, policySchema } from "./policy-schema.ts";

/** The console's policy, without what holds for one platform or by exception. */
export async function readPolicy(session: RecordsSession): Promise<Policy> {
  return (await readPolicySetting(session)).value;
}

/** The same with the version that a change of it must have seen. */
export function readPolicySetting(session: RecordsSession): Promise<Setting<Policy>> {
  return readSetting<Policy>(session, POLICY_SETTING, policySchema, DEFAULT_POLICY);
}

/** For those who mend it: a stored policy that cannot be read is the default, with what is wrong with it. */
export async function readPolicyToMend(
  session: RecordsSession,
): Promise<Setting<Policy> & { readonly findings: readonly Finding[] }> {
  try {
    return { ...(await readPolicySetting(session)), findings: [] };
  } catch (error) {
    if (!(error instanceof Refusal)) throw error;
    const [row] = await session
      .select({ version: settings.version })
      .from(settings)
      .where(eq(settings.name, POLICY_SETTING));
    return { value: DEFAULT_POLICY, version: row?.version ?? 0, findings: error.findings };
  }
}

/** The policy as it holds for an operation of this kind, on this platform, of this tenant, at this moment. */
export async function readPolicyFor(session: RecordsSession, subject: PolicySubject): Promise<InForce> {
  const policy = await readPolicy(session);
  const exceptions = await session
    .select()
    .from(policyExceptions)
    .where(
      and(
        eq(policyExceptions.kind, subject.kind),
        isNull(policyExceptions.endedAt),
        gt(policyExceptions.expiresAt, sql`now()`),
      ),
    );
  return policyFor(policy, exceptions, subject, await recordsNow(session));
}
