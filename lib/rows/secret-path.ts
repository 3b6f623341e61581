/** Paths to secrets inside a json column: `$.clientSecret`, `$.oauth.secret`, `$['odd key']`. */

/**
 * The keys of a path, outermost first. Only keys: a secret in every element of an array would need the value
 * rebuilt, which is not exact. Throws on anything else; the platform file's reader has refused it before.
 */
export function parseKeyPath(path: string): string[] {
  const keys = tryParseKeyPath(path);
  if (keys === null) throw new Error(`not a path of keys: ${path}`);
  return keys;
}

/** The same, null instead of an error. */
export function tryParseKeyPath(path: string): string[] | null {
  if (!path.startsWith("$")) return null;
  const step = /\.([A-Za-z_][A-Za-z0-9_-]*)|\['((?:[^'\\]|\\.)*)'\]/y;
  step.lastIndex = 1;
  const keys: string[] = [];
  while (step.lastIndex < path.length) {
    const match = step.exec(path);
    if (match === null) return null;
    keys.push(match[1] ?? (match[2] as string).replaceAll(/\\(.)/g, "$1"));
  }
  return keys.length > 0 ? keys : null;
}
