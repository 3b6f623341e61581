/** "Did you mean …?" for the dotted names of the platform file. */
import { nearestName } from "../catalog/lookup.ts";

/**
 * The qualified name that a reader most likely meant: `public.ordres` for `public.orders`, and also a name
 * whose schema or table was left out or is another (`orders`, `app.orders`). Null where none is near.
 */
export function nearestQualified(name: string, candidates: Iterable<string>): string | null {
  const all = [...candidates];
  const elsewhere = all.filter((candidate) => lastPart(candidate) === lastPart(name));
  if (elsewhere.length === 1) return elsewhere[0]!;
  const whole = nearestName(name, all);
  if (whole !== null) return whole;
  const last = nearestName(lastPart(name), new Set(all.map(lastPart)));
  return all.find((candidate) => lastPart(candidate) === last) ?? null;
}

function lastPart(name: string): string {
  return name.slice(name.lastIndexOf(".") + 1);
}
