/** What a delete's gates go by; `look.ts` and the plan look it up. */
import type { Policy } from "../../engine/policy-schema.ts";
import type { Finding } from "../../findings/finding.ts";
import type { Fence } from "../../rows/fence/fence.ts";
import type { Hold } from "../holds/holds-on.ts";

export interface DeleteLook {
  /** By the records' clock, as whatever they hold. */
  readonly now: Date;
  readonly policy: Pick<Policy, "suspendedHours" | "quietHours" | "drillDays">;
  /** Whether the platform's own state column says that it is suspended; null where it has none. */
  readonly suspended: boolean | null;
  /** Null where none is held. */
  readonly fence: Pick<Fence, "since" | "readAt" | "refused"> | null;
  /** What the census knew last of writes that the fence has refused; by the clock of the fence's database. */
  readonly knownRefused: { readonly refused: number; readonly at: Date | null } | null;
  /** Tables with rows that were written behind the fence; by the clock of its database. */
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
    /** Since when the fence stood behind which it was confirmed; null where nobody has kept that. */
    readonly behind: Date | null;
  }[];
  readonly holds: readonly Hold[];
  /** Other operations of the tenant, or of its bundle, that are not over. */
  readonly others: readonly { readonly id: string; readonly kind: string }[];
}
