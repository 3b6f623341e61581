/** For how long a bundle is kept, by class. Pure. */
import type { RETENTION } from "../../records/schema/bundles.ts";

export type Retention = (typeof RETENTION)[number];

/** Days; null for what is kept until somebody says otherwise. */
export const DAYS_OF: Readonly<Record<Retention, number | null>> = {
  month: 30,
  quarter: 91,
  year: 365,
  decade: 3653,
  always: null,
};

const DAY_MS = 86_400_000;

/** From the day on which it was made, so that changing the class back and forth changes nothing. */
export function expiryOf(retention: Retention, madeAt: Date): Date | null {
  const days = DAYS_OF[retention];
  return days === null ? null : new Date(madeAt.getTime() + days * DAY_MS);
}
