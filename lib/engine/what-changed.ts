/** What is different between the plan that was approved and the one of now, line by line, in words. Pure. */
import { canonicalJson } from "../canonical/json.ts";
import type { DatabaseIdentity, Effect, OperationPlan } from "./plan.ts";

export interface Change {
  readonly sign: "added" | "removed" | "changed";
  /** `public.orders`, `option slug`, `database eu-1`. */
  readonly what: string;
  /** Null on the side where there is nothing. */
  readonly before: string | null;
  readonly after: string | null;
}

/** Every difference within what the digest covers; empty exactly where the digests are equal. */
export function whatChanged(before: OperationPlan, after: OperationPlan): Change[] {
  return [
    ...compare("operation", before.kind, after.kind),
    ...members("option", before.options, after.options),
    ...compare("tenant's key", before.tenant.key, after.tenant.key),
    ...compare("tenant's slug", before.tenant.slug, after.tenant.slug),
    ...compare("tenant's name", before.tenant.name, after.tenant.name),
    ...databases(before.databases, after.databases),
    ...tables(before.tables, after.tables),
    ...compare("bundle", before.bundle, after.bundle),
    ...compare("counts", exactness(before), exactness(after)),
    ...effects(before, after),
  ];
}

/** A change as one line of text: `public.orders: 12 rows deleted → 14 rows deleted`. */
export function changeInWords(change: Change): string {
  if (change.before === null) return `+ ${change.what}: ${change.after}`;
  if (change.after === null) return `− ${change.what}: ${change.before}`;
  return `~ ${change.what}: ${change.before} → ${change.after}`;
}

function compare(what: string, before: unknown, after: unknown): Change[] {
  return line(what, absentOrWords(before), absentOrWords(after));
}

function line(what: string, before: string | null, after: string | null): Change[] {
  if (before === after) return [];
  const sign = before === null ? "added" : after === null ? "removed" : "changed";
  return [{ sign, what, before, after }];
}

function absentOrWords(value: unknown): string | null {
  return value === null || value === undefined ? null : words(value);
}

const JSON_SCALAR = /^(true|false|null|-?\d[\d.eE+-]*)$/;

/** A text stands for itself where it cannot be taken for another value. */
function words(value: unknown): string {
  if (typeof value === "string" && /^[\w.:@/+-]/.test(value) && !JSON_SCALAR.test(value)) return value;
  return canonicalJson(value);
}

/** Here a null and a missing option are two plans. */
function members(
  what: string,
  before: Readonly<Record<string, unknown>>,
  after: Readonly<Record<string, unknown>>,
): Change[] {
  const text = (value: unknown) => (value === undefined ? null : words(value));
  return names(before, after).flatMap((name) =>
    line(`${what} ${name}`, text(before[name]), text(after[name])),
  );
}

function names(before: object, after: object): string[] {
  return [...new Set([...Object.keys(before), ...Object.keys(after)])].sort();
}

function databases(before: readonly DatabaseIdentity[], after: readonly DatabaseIdentity[]): Change[] {
  const [a, b] = [byId(before), byId(after)];
  return names(a, b).flatMap((id) => {
    const [old, now] = [a[id], b[id]];
    const name = (now ?? old)!.name;
    if (old === undefined || now === undefined)
      return compare(`database ${name}`, old && place(old), now && place(now));
    return [
      ...compare(`database ${name}, address`, old.endpoint, now.endpoint),
      ...compare(`database ${name}, server's identity`, old.systemIdentifier, now.systemIdentifier),
      ...compare(`database ${name}, timeline (raised by a failover)`, old.timeline, now.timeline),
      ...compare(`database ${name}, oid (another database under the same name)`, old.oid, now.oid),
      ...compare(`database ${name}, name on its server`, old.databaseName, now.databaseName),
    ];
  });
}

function byId(list: readonly DatabaseIdentity[]): Record<string, DatabaseIdentity> {
  return Object.fromEntries(list.map((database) => [database.id, database]));
}

function place(database: DatabaseIdentity): string {
  return `${database.databaseName} at ${database.endpoint}`;
}

function tables(before: OperationPlan["tables"], after: OperationPlan["tables"]): Change[] {
  return names(before, after).flatMap((table) => {
    const [old, now] = [before[table], after[table]];
    if (old === undefined || now === undefined) return compare(table, old && "touched", now && "touched");
    return [
      ...compare(`${table}, shape in the catalog`, old.shape, now.shape),
      ...compare(`${table}, entry in the tenancy model`, old.model, now.model),
    ];
  });
}

function exactness(plan: OperationPlan): string {
  return plan.exact ? "exact, part of what is approved" : "estimated, not part of what is approved";
}

function effects(before: OperationPlan, after: OperationPlan): Change[] {
  const [a, b] = [inWords(before), inWords(after)];
  const objects = [...new Set([...a.keys(), ...b.keys()])].sort();
  return objects.flatMap((key) => {
    const [old, now] = withoutShared(a.get(key) ?? [], b.get(key) ?? []);
    const [object, place] = JSON.parse(key) as [string, string];
    return Array.from({ length: Math.max(old.length, now.length) }, (_, index) =>
      line(`${object} in ${place}`, old[index] ?? null, now[index] ?? null),
    ).flat();
  });
}

function inWords(plan: OperationPlan): Map<string, string[]> {
  const lines = new Map<string, string[]>();
  for (const effect of plan.effects) {
    const key = canonicalJson([effect.object, effect.place]);
    lines.set(key, [...(lines.get(key) ?? []), effectInWords(effect, plan.exact)]);
  }
  return lines;
}

/** Each list without what stands in both, as often as it stands in both; the rest in one order. */
function withoutShared(before: readonly string[], after: readonly string[]): [string[], string[]] {
  const rest = [...after];
  const gone = before.filter((line) => {
    const index = rest.indexOf(line);
    if (index === -1) return true;
    rest.splice(index, 1);
    return false;
  });
  return [gone.sort(), rest.sort()];
}

/** An effect as far as it is approved. */
export function effectInWords(effect: Effect, exact: boolean): string {
  const count = exact && effect.rows !== null ? `${effect.rows} ${effect.rows === 1 ? "row" : "rows"}` : null;
  const bytes = exact && effect.bytes !== null ? `${effect.bytes} bytes` : null;
  return [
    effect.verb,
    count,
    bytes,
    effect.reversibility,
    effect.note === undefined ? null : canonicalJson(effect.note),
  ]
    .filter((part) => part !== null)
    .join(", ");
}
