/** What CREATE EXTENSION has made is made by it again: a condition on an object's oid and the catalog that lists it. */
export function madeByHand(oid: string, catalog: string): string {
  return `NOT EXISTS (SELECT FROM pg_catalog.pg_depend x WHERE x.classid = 'pg_catalog.${catalog}'::pg_catalog.regclass
            AND x.objid = ${oid} AND x.deptype = 'e')`;
}
