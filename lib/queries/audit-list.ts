/** How the audit trail is asked for: its address, as values. Pure, so that pages build links from it. */
import { z } from "zod";
import type { SearchParams } from "./tenant-list.ts";

/** What entries are about, by the first word of their action. */
export const AUDIT_TOPICS = {
  operation: "Operations",
  bundle: "Bundles",
  comparison: "Comparisons",
  person: "People",
  platform: "Platforms",
  database: "Databases",
  setting: "Policies and the brake",
  "signing-key": "Signing keys",
  secrets: "Secrets at rest",
  audit: "The trail itself",
} as const satisfies Readonly<Record<string, string>>;

/** An entry's place in the order of time. */
export interface AuditPlace {
  readonly at: Date;
  readonly id: string;
}

export interface AuditQuery {
  /** Part of a person's name or e-mail, or the name of a part of the console. */
  readonly who: string;
  /** A whole action, `person.disabled`, or a topic, `person`. */
  readonly action: string | null;
  readonly operation: string | null;
  /** By name. */
  readonly platform: string | null;
  /** A tenant's key. */
  readonly tenant: string | null;
  /** Days in UTC, `2026-01-31`; both inclusive. */
  readonly since: string | null;
  readonly until: string | null;
  /** Older than this entry. */
  readonly before: AuditPlace | null;
}

/** Reads an address; what is not understood is left out, as an address is typed by people. */
export function readAuditList(search: SearchParams): AuditQuery {
  const action = text(search.action) ?? "";
  return {
    who: text(search.q) ?? "",
    action: /^[a-z-]+(\.[a-z-]+)?$/.test(action) ? action : null,
    operation: z.uuid().safeParse(text(search.operation)).data ?? null,
    platform: text(search.platform),
    tenant: text(search.tenant),
    since: day(search.since),
    until: day(search.until),
    before: placeOf(text(search.before)),
  };
}

/** The address of it again. */
export function writeAuditList(query: AuditQuery): Readonly<Record<string, string | null>> {
  const { who, before, ...rest } = query;
  return {
    q: who || null,
    ...rest,
    before: before === null ? null : `${before.at.toISOString()}_${before.id}`,
  };
}

/** Whether anything narrows the list; a page further down does not. */
export function isAuditNarrowed(query: AuditQuery): boolean {
  const { before: _, ...rest } = query;
  return Object.values(rest).some((value) => value !== null && value !== "");
}

function placeOf(typed: string | null): AuditPlace | null {
  const [moment = "", id] = typed?.split("_") ?? [];
  const known = z.tuple([z.iso.datetime(), z.uuid()]).safeParse([moment, id]);
  return known.success ? { at: new Date(moment), id: known.data[1] } : null;
}

function day(value: SearchParams[string]): string | null {
  return z.iso.date().safeParse(text(value)).data ?? null;
}

function text(value: SearchParams[string]): string | null {
  const typed = (typeof value === "string" ? value : value?.[0]) ?? "";
  return typed.trim().slice(0, 200) || null;
}
