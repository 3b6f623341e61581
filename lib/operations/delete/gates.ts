/** What must hold before a tenant is deleted, each with what opens it. Approval is no substitute for one. Pure. */
import type { Gate } from "../../engine/plan.ts";
import type { Policy } from "../../engine/policy-schema.ts";
import type { Finding } from "../../findings/finding.ts";
import type { Hold } from "../holds/holds-on.ts";

/** What was looked at. */
export interface DeleteLook {
  readonly now: Date;
  readonly policy: Pick<Policy, "suspendedHours" | "quietHours" | "drillDays">;
  /** Whether the platform's own state column says that it is suspended; null where it has none. */
  readonly suspended: boolean | null;
  /** Null where none is held. */
  readonly fence: { readonly since: Date; readonly refused: number } | null;
  /** What the census knew last of writes that the fence has refused. */
  readonly knownRefused: { readonly refused: number; readonly at: Date | null } | null;
  /** Tables with rows that were written behind the fence. */
  readonly written: readonly {
    readonly table: string;
    readonly rows: number;
    readonly lastAt: Date | null;
  }[];
  /** Null where none is named. */
  readonly bundle: {
    readonly id: string;
    readonly name: string;
    /** One of this tenant's, of this platform. */
    readonly ofTenant: boolean;
    readonly ready: boolean;
    readonly takenAt: Date | null;
  } | null;
  /** Tables whose live rows are not the bundle's, and how; null where nobody has compared them. */
  readonly differing: readonly Pick<Finding, "where" | "what">[] | null;
  /** The latest that passed. */
  readonly drill: { readonly at: Date } | null;
  readonly manual: readonly {
    readonly name: string;
    readonly description: string;
    readonly confirmedAt: Date | null;
  }[];
  readonly holds: readonly Hold[];
  /** Other operations of the tenant, or of its bundle, that are not over. */
  readonly others: readonly { readonly id: string; readonly kind: string }[];
}

const HOUR = 3_600_000;

export function deleteGates(look: DeleteLook): Gate[] {
  return [
    suspendedGate(look),
    quietGate(look),
    backupGate(look),
    drillGate(look),
    ...look.manual.map((each) => finalizerGate(look, each)),
    holdGate(look),
    aloneGate(look),
  ];
}

function suspendedGate({ suspended, fence, now, policy }: DeleteLook): Gate {
  const needed = policy.suspendedHours;
  const title = `The tenant is suspended, and fenced for ${hours(needed)}`;
  const opens = { title: "Suspend it, with its fence", operation: "suspend" };
  const gate = { code: "suspended", title };
  if (suspended === false)
    return {
      ...gate,
      holds: false,
      detail: "The platform lets its users in: suspend it, and have it fenced.",
      opens,
    };
  if (fence === null)
    return {
      ...gate,
      holds: false,
      detail: "The database does not refuse its writes. Resume it, then suspend it again with its fence.",
      opens: { title: "Resume it", operation: "resume" },
    };
  const held = (now.getTime() - fence.since.getTime()) / HOUR;
  if (held < needed)
    return {
      ...gate,
      holds: false,
      detail: `Its fence stands since ${moment(fence.since)}: wait until ${moment(after(fence.since, needed))}.`,
    };
  return { ...gate, holds: true, detail: `Its fence stands since ${moment(fence.since)}.` };
}

function quietGate({ fence, knownRefused, written, now, policy }: DeleteLook): Gate {
  const needed = policy.quietHours;
  const gate = { code: "quiet", title: `Nobody has written, or tried to, for ${hours(needed)}` };
  if (fence === null) return { ...gate, holds: false, detail: "Without a fence nobody can say." };
  const start = now.getTime() - needed * HOUR;
  const late = written.filter(({ lastAt }) => lastAt === null || lastAt.getTime() > start);
  if (late.length > 0)
    return {
      ...gate,
      holds: false,
      detail: `Rows were written behind the fence: ${late.map(({ table, rows, lastAt }) => `${rows} of ${table}${lastAt === null ? "" : `, the last at ${moment(lastAt)}`}`).join("; ")}. Find out who writes past it; resumed and suspended again, its time begins anew.`,
      opens: { title: "Resume it", operation: "resume" },
    };
  const known = knownRefused?.at == null ? 0 : knownRefused.refused;
  if (fence.refused > known && needed > 0)
    return {
      ...gate,
      holds: false,
      detail: `The fence has refused ${fence.refused} writes, some of them since the census looked last. Find out who still tries; the time counts from the census that sees no more of them.`,
    };
  const tried = fence.refused > 0 ? (knownRefused?.at ?? null) : null;
  if (tried !== null && tried.getTime() > start)
    return {
      ...gate,
      holds: false,
      detail: `The fence has refused ${fence.refused} writes, the last before ${moment(tried)}. Find out who still tries, and wait until ${moment(after(tried, needed))}.`,
    };
  if (fence.since.getTime() > start)
    return {
      ...gate,
      holds: false,
      detail: `Its fence stands since ${moment(fence.since)}: what was written before, nobody counts. Wait until ${moment(after(fence.since, needed))}.`,
    };
  return {
    ...gate,
    holds: true,
    detail: `No row is newer than the fence; it has refused ${fence.refused} writes${tried === null ? "" : `, the last before ${moment(tried)}`}.`,
  };
}

function backupGate({ bundle, differing, fence }: DeleteLook): Gate {
  const gate = { code: "backup-equal", title: "The bundle holds exactly what is there now" };
  const opens = { title: "Export it", operation: "export" };
  if (bundle === null)
    return {
      ...gate,
      holds: false,
      detail: `No bundle is named: export the tenant, ${fence === null ? "once" : "now that"} it is fenced.`,
      opens,
    };
  if (!bundle.ofTenant)
    return {
      ...gate,
      holds: false,
      detail: `${bundle.name} is no bundle of this tenant: name one that is.`,
      opens,
    };
  if (!bundle.ready)
    return {
      ...gate,
      holds: false,
      detail: `${bundle.name} is not there, or not whole: export the tenant again.`,
      opens,
    };
  if (differing === null)
    return { ...gate, holds: false, detail: "Not compared: other findings stopped the plan before." };
  const [first] = differing;
  if (first !== undefined)
    return {
      ...gate,
      holds: false,
      detail: `${differing.length === 1 ? "One table differs" : `${differing.length} tables differ`}. ${first.where}: ${first.what} Export the tenant again.`,
      opens,
    };
  return {
    ...gate,
    holds: true,
    detail: `Every table's digest equals the live rows'${bundle.takenAt === null ? "" : `; the bundle was taken at ${moment(bundle.takenAt)}`}.`,
  };
}

function drillGate({ bundle, drill, now, policy }: DeleteLook): Gate {
  const days = policy.drillDays;
  const gate = {
    code: "backup-drilled",
    title: `A drill of that bundle has passed within ${plural(days, "day")}`,
  };
  if (bundle === null) return { ...gate, holds: false, detail: "No bundle is named." };
  const opens = { title: "Drill it", operation: "drill", bundleId: bundle.id };
  if (drill === null)
    return {
      ...gate,
      holds: false,
      detail: "None has passed: nobody knows whether it can be brought back.",
      opens,
    };
  const over = now.getTime() - drill.at.getTime() > days * 24 * HOUR;
  return over
    ? { ...gate, holds: false, detail: `The last passed at ${moment(drill.at)}: drill it again.`, opens }
    : { ...gate, holds: true, detail: `It was restored and proved at ${moment(drill.at)}.` };
}

function finalizerGate(
  { fence }: DeleteLook,
  { name, description, confirmedAt }: DeleteLook["manual"][number],
): Gate {
  const gate = { code: `finalizer:${name}`, title: `Seen to outside the database: ${name}` };
  const stale = confirmedAt !== null && (fence === null || confirmedAt.getTime() < fence.since.getTime());
  if (confirmedAt !== null && !stale)
    return { ...gate, holds: true, detail: `${description} Confirmed at ${moment(confirmedAt)}.` };
  return {
    ...gate,
    holds: false,
    detail: `${description} ${stale ? "It was confirmed before the fence stood: look again, and confirm it." : "See to it, then confirm it on the tenant's page."}`,
    opens: { title: "To the tenant's page", page: "tenant" },
  };
}

function holdGate({ holds }: DeleteLook): Gate {
  const gate = { code: "no-hold", title: "No legal hold forbids it" };
  const [first] = holds;
  if (first === undefined)
    return { ...gate, holds: true, detail: "Neither the tenant nor a bundle of it is held." };
  return first.bundleId === null
    ? {
        ...gate,
        holds: false,
        detail: "The tenant is held. Whoever set the hold lifts it, or nobody deletes it.",
        opens: { title: "To the tenant's page", page: "tenant" },
      }
    : {
        ...gate,
        holds: false,
        detail: `Its bundle ${first.name} is held. Whoever set the hold lifts it, or nobody deletes the tenant.`,
        opens: { title: "To the bundle", page: "bundle", bundleId: first.bundleId },
      };
}

function aloneGate({ others }: DeleteLook): Gate {
  const gate = { code: "no-other-operation", title: "Nothing else is done with the tenant or its bundle" };
  const [first] = others;
  if (first === undefined) return { ...gate, holds: true, detail: "No other operation is open." };
  return {
    ...gate,
    holds: false,
    detail: `Another operation is open: ${first.kind}. Wait until it ends, or have it withdrawn.`,
    opens: { title: "To the operation", page: "operation", operationId: first.id },
  };
}

function after(from: Date, add: number): Date {
  return new Date(from.getTime() + add * HOUR);
}

/** In UTC and to the minute: a plan is the same text for everybody. */
function moment(at: Date): string {
  return `${at.toISOString().slice(0, 16).replace("T", " ")} UTC`;
}

function hours(count: number): string {
  return plural(count, "hour");
}

function plural(count: number, one: string): string {
  return `${count} ${count === 1 ? one : `${one}s`}`;
}
