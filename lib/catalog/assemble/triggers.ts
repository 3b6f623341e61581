/** Triggers and policies from their rows. Pure. */
import { qualifiedName } from "../../postgres/identifiers.ts";
import type { Policy, Trigger } from "../catalog.ts";
import type { PolicyRow } from "../sql/policies.ts";
import type { TriggerRow } from "../sql/triggers.ts";

const ENABLED = { O: "origin", D: "disabled", R: "replica", A: "always" } as const;

/** Bits of `tgtype`, from catalog/pg_trigger.h of the server's source. */
const ROW = 1;
const BEFORE = 2;
const INSTEAD = 64;
const EVENTS = [
  ["insert", 4],
  ["update", 16],
  ["delete", 8],
  ["truncate", 32],
] as const;

export function assembleTrigger(row: TriggerRow): Trigger {
  return {
    name: row.name,
    enabled: ENABLED[row.enabled],
    timing: row.type & INSTEAD ? "instead of" : row.type & BEFORE ? "before" : "after",
    events: EVENTS.filter(([, bit]) => row.type & bit).map(([event]) => event),
    forEach: row.type & ROW ? "row" : "statement",
    function: qualifiedName(row.function_schema, row.function),
    definition: row.definition,
    ...(row.makes.length > 0 ? { makes: row.makes } : {}),
  };
}

const COMMANDS = { r: "select", a: "insert", w: "update", d: "delete", "*": "all" } as const;

export function assemblePolicy(row: PolicyRow): Policy {
  return {
    name: row.name,
    permissive: row.permissive,
    command: COMMANDS[row.command],
    roles: row.roles,
    using: row.using,
    check: row.check,
  };
}
