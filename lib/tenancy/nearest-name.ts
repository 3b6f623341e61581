/** "Did you mean …?" for names that people type. */

/**
 * The candidate that is most like the name, null where none is near. Upper and lower case count as equal, and so
 * does a name that lacks its schema or stands in another one (`orders` is near `public.orders`).
 */
export function nearestName(name: string, candidates: Iterable<string>): string | null {
  const wanted = name.toLowerCase();
  let best: { readonly candidate: string; readonly distance: number } | null = null;
  for (const candidate of candidates) {
    const distance = Math.min(
      editDistance(wanted, candidate.toLowerCase()),
      1 + editDistance(lastPart(wanted), lastPart(candidate.toLowerCase())),
    );
    if (best === null || distance < best.distance) best = { candidate, distance };
  }
  const limit = Math.max(2, Math.ceil(lastPart(wanted).length * 0.4));
  return best !== null && best.distance <= limit ? best.candidate : null;
}

function lastPart(name: string): string {
  return name.slice(name.lastIndexOf(".") + 1);
}

/** Levenshtein, one row at a time. */
function editDistance(a: string, b: string): number {
  let row = Array.from({ length: b.length + 1 }, (_, index) => index);
  for (let i = 1; i <= a.length; i++) {
    const next = [i];
    for (let j = 1; j <= b.length; j++) {
      const replaced = row[j - 1]! + (a[i - 1] === b[j - 1] ? 0 : 1);
      next.push(Math.min(replaced, row[j]! + 1, next[j - 1]! + 1));
    }
    row = next;
  }
  return row[b.length]!;
}
