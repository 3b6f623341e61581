/** The gates that the fence opens: for how long it has stood, and for how long nobody has tried to get past it. Pure. */
import type { Gate } from "../../engine/plan.ts";
import type { DeleteLook } from "./delete-look.ts";
import { after, HOUR, hours, moment } from "./moments.ts";

export function suspendedGate({ suspended, fence, policy }: DeleteLook): Gate {
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
  const held = (fence.readAt.getTime() - fence.since.getTime()) / HOUR;
  if (held < needed)
    return {
      ...gate,
      holds: false,
      detail: `Its fence stands since ${moment(fence.since)}: wait until ${moment(after(fence.since, needed))}.`,
    };
  return { ...gate, holds: true, detail: `Its fence stands since ${moment(fence.since)}.` };
}

export function quietGate({ fence, knownRefused, written, policy }: DeleteLook): Gate {
  const needed = policy.quietHours;
  const gate = { code: "quiet", title: `Nobody has written, or tried to, for ${hours(needed)}` };
  if (fence === null) return { ...gate, holds: false, detail: "Without a fence nobody can say." };
  const start = fence.readAt.getTime() - needed * HOUR;
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
