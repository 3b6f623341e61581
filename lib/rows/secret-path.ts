/** Paths to secrets inside a json column: `$.clientSecret`, `$.oauth.secret`, `$['odd key']`. */
import { parseJsonPath } from "./codec/json-path.ts";

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
  const steps = parseJsonPath(path) ?? [];
  const keys = steps.flatMap((step) => (step === "every" ? [] : [step.key]));
  return keys.length > 0 && keys.length === steps.length ? keys : null;
}
