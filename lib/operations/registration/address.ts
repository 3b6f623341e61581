/** A database's address as people may see it. Pure. */
import { Refusal } from "../../findings/finding.ts";

/**
 * Host, port and database name; no user, no password, no option.
 *
 * @throws Refusal `address-invalid`, which repeats nothing of it
 */
export function endpointOf(url: string): string {
  const parsed = URL.canParse(url) ? new URL(url) : null;
  const name = parsed === null ? "" : decodeURIComponent(parsed.pathname.slice(1));
  if (parsed !== null && /^postgres(ql)?:$/.test(parsed.protocol) && parsed.hostname !== "" && name !== "")
    return `${parsed.hostname}:${parsed.port || "5432"}/${name}`;
  throw new Refusal({
    code: "address-invalid",
    severity: "blocks",
    where: "database address",
    what: "The database's address is not a PostgreSQL URL with host and database.",
    todo: "Write it as postgres://user:password@host:port/database.",
  });
}
