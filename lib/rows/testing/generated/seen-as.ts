/** Statements that name a tenant's schema by its pattern, said of one tenant. */
import type pg from "pg";
import { quote } from "./keys.ts";

/** The text with the schema `app_{slug}` called `app_acme`; as it is where tenants share the tables. */
export function inSchema(text: string, pattern: string | null, called: string): string {
  if (pattern === null) return text;
  const own = quote(pattern.replace(/\{\w+\}/, () => called));
  // Inside of a literal as well: sequences are named by texts.
  const literal = own.replaceAll("'", "''");
  return text
    .replaceAll(`E'${quote(pattern)}`, () => `E'${literal.replaceAll("\\", "\\\\")}`)
    .replaceAll(`'${quote(pattern)}`, () => `'${literal}`)
    .replaceAll(quote(pattern), () => own);
}

/** A session on which statements about the pattern are about this tenant. For reading only. */
export function seenAs(client: pg.Client, pattern: string | null, called: string): pg.ClientBase {
  if (pattern === null) return client;
  const seen = (value: unknown): unknown => {
    if (Array.isArray(value)) return value.map(seen);
    return typeof value === "string" ? inSchema(value, pattern, called) : value;
  };
  const query = (text: string, values?: unknown[]) =>
    client.query(seen(text) as string, seen(values) as unknown[]);
  return { query } as unknown as pg.ClientBase;
}
