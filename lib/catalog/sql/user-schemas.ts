/**
 * Which schemas are the platform's: all but the system's (`pg_` is reserved, DDL Schemas, 5.10.6) and
 * `tenantry`, which is our own and in no model. For a WHERE over pg_namespace as `n`.
 */
export const IN_USER_SCHEMA = "n.nspname !~ '^pg_' AND n.nspname NOT IN ('information_schema', 'tenantry')";
