/**
 * Paths of the platform file into json: `$.a.b`, `$.items[*].id`, `$['odd key']`, `$[*]`. Their meaning is the
 * lax one of SQL/JSON (PostgreSQL documentation, 9.16.2.3), the same as where the database follows them: a key
 * looks into the elements of an array, `[*]` takes what is no array for its own only element.
 */

/** A key, or `[*]`. */
export type PathStep = { readonly key: string } | "every";

/** The steps behind `$`, or null where the text is no such path. The bare `$` has none. */
export function parseJsonPath(path: string): PathStep[] | null {
  if (!path.startsWith("$")) return null;
  const step = /\.([\p{L}_][\p{L}\p{N}_-]*)|\['((?:[^'\\]|\\.)*)'\]|(\[\*\])/uy;
  step.lastIndex = 1;
  const steps: PathStep[] = [];
  while (step.lastIndex < path.length) {
    const match = step.exec(path);
    if (match === null) return null;
    steps.push(
      match[3] !== undefined ? "every" : { key: match[1] ?? withoutBackslashes(match[2] as string) },
    );
  }
  return steps;
}

function withoutBackslashes(key: string): string {
  return key.replaceAll(/\\(.)/g, "$1");
}
