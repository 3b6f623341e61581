/** A role of its own for planning: reads everything, writes nothing, whatever a session's settings say. */
import { connect } from "../../postgres/connection.ts";
import { quoteIdentifier, quoteLiteral } from "../../postgres/identifiers.ts";

const ROLE_EXISTS = "SELECT FROM pg_catalog.pg_roles WHERE rolname = $1";

/**
 * Makes the role, or gives it this password, with a superuser's address; for embedded servers and for tests. On other
 * servers the same statements are an administrator's (docs/operating.md).
 *
 * @returns the address of the same database for the role
 */
export async function makePlannerRole(adminUrl: string, role: string, password: string): Promise<string> {
  const client = await connect(adminUrl, { applicationName: "tenantry start" });
  const name = quoteIdentifier(role);
  try {
    const { rowCount } = await client.query(ROLE_EXISTS, [role]);
    await client.query(
      `${rowCount === 0 ? "CREATE" : "ALTER"} ROLE ${name} LOGIN BYPASSRLS PASSWORD ${quoteLiteral(password)}`,
    );
    await client.query(`ALTER ROLE ${name} SET default_transaction_read_only = on`);
    await client.query(`GRANT pg_read_all_data TO ${name}`);
  } finally {
    await client.end();
  }
  const url = new URL(adminUrl);
  url.username = role;
  url.password = password;
  return url.href;
}
