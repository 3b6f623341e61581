/** A platform file's path inside a json column, in the words of SQL/JSON (PostgreSQL documentation, 9.16.2). */
import { parseJsonPath } from "../codec/json-path.ts";

/**
 * `$.items[*].projectId` → `lax $."items"[*]."projectId"`. Lax mode, so that rows without the path give nothing and
 * a single object stands for an array of one. Throws on what is no such path: the platform file's reader has
 * refused it before.
 */
export function sqlJsonPath(path: string): string {
  const steps = parseJsonPath(path);
  if (steps === null) throw new Error(`not a path: ${path}`);
  return `lax $${steps.map((step) => (step === "every" ? "[*]" : `.${JSON.stringify(step.key)}`)).join("")}`;
}
