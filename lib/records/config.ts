/** Where the records are, from the environment. */
import { z } from "zod";
import { Refusal } from "../findings/finding.ts";

const Url = z.string().regex(/^postgres(ql)?:\/\/./);

/**
 * `TENANTRY_RECORDS_URL`, as `postgres://user:password@host:port/database`.
 *
 * @throws Refusal `configuration-invalid`, which names the variable and not its value
 */
export function recordsUrl(env: NodeJS.ProcessEnv): string {
  const parsed = Url.safeParse(env.TENANTRY_RECORDS_URL);
  if (parsed.success && URL.canParse(parsed.data)) return parsed.data;
  throw new Refusal({
    code: "configuration-invalid",
    severity: "blocks",
    where: "TENANTRY_RECORDS_URL",
    what: env.TENANTRY_RECORDS_URL
      ? "TENANTRY_RECORDS_URL is not a PostgreSQL URL."
      : "TENANTRY_RECORDS_URL is not set.",
    todo: "Set it to the console's own database, as postgres://user:password@host:port/tenantry.",
  });
}
