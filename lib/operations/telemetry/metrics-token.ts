/** Who may read metrics over the web: they name operations and tenants, and are nobody's page. */
import { createHash, timingSafeEqual } from "node:crypto";
import { z } from "zod";
import { readVariables } from "../../access/environment.ts";

const schema = z.object({
  TENANTRY_METRICS_TOKEN: z.string().min(16, "has fewer than 16 characters").optional(),
});

/** @throws Refusal that names the variable and not its value */
export function readMetricsToken(env: NodeJS.ProcessEnv): string | null {
  const valid = { TENANTRY_METRICS_TOKEN: "any random text of 16 characters or more" };
  return readVariables(schema, valid, env).TENANTRY_METRICS_TOKEN ?? null;
}

/** Whether a request's `Authorization` header carries the token. Takes as long for a wrong one as for the right one. */
export function carriesToken(authorization: string | null | undefined, token: string): boolean {
  const given = /^Bearer (\S+)$/i.exec(authorization ?? "")?.[1] ?? "";
  const hash = (text: string) => createHash("sha256").update(text).digest();
  return timingSafeEqual(hash(given), hash(token));
}
