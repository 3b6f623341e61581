/** The rows of the stored bundles' tenant, as text: what every later version has to bring back. */
import type pg from "pg";

/** The tenant's key. */
export const ACME = "11111111-1111-4111-8111-111111111111";

/** What is dropped from a bundle as secret is left out; ids of common rows are told by their natural keys. */
const ROWS_OF: Readonly<Record<string, string>> = {
  orgs: "SELECT (id, slug, name, founded)::text AS line FROM public.orgs WHERE id = $1",
  hosts: "SELECT (host, org_id)::text AS line FROM public.hosts WHERE org_id = $1 ORDER BY host",
  odd: `SELECT (t."Select", p.email, p."Nick Name", t."a ""b"" \\ c", t."früh", t.colour, t.parent,
           CASE jsonb_typeof(t.settings) WHEN 'object' THEN t.settings - 'apiKey' ELSE t.settings END, t.doubled)::text AS line
         FROM public."Odd ""quoted"" Täble" t LEFT JOIN public.people p ON p.id = t."person.id"
         WHERE t.org_id = $1 ORDER BY t."Select"`,
  every_type: "SELECT t::text AS line FROM public.every_type t WHERE org_id = $1 ORDER BY n",
};

/** By table, in a pinned session. */
export async function storedRows(client: pg.ClientBase): Promise<Record<string, string[]>> {
  const found: Record<string, string[]> = {};
  for (const [name, sql] of Object.entries(ROWS_OF)) {
    const { rows } = await client.query<{ line: string }>(sql, [ACME]);
    found[name] = rows.map(({ line }) => line);
  }
  return found;
}
