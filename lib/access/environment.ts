/** Variables of the environment through zod, refused by name. */
import type { z } from "zod";
import { Refusal } from "../findings/finding.ts";

/**
 * Parses the variables that `valid` names; its sentences say what each may be, after "Set it to".
 *
 * @throws Refusal `configuration-invalid`, one finding a problem; no finding holds a value
 */
export function readVariables<Schema extends z.ZodType>(
  schema: Schema,
  valid: Readonly<Record<string, string>>,
  env: NodeJS.ProcessEnv,
): z.output<Schema> {
  // A variable set to nothing is one that is not set: compose files write them so.
  const given: Readonly<Record<string, string>> = Object.fromEntries(
    Object.keys(valid).flatMap((name) => (env[name] ? [[name, env[name]]] : [])),
  );
  const parsed = schema.safeParse(given);
  if (parsed.success) return parsed.data;
  throw new Refusal(
    parsed.error.issues.map(({ path, message }) => {
      const name = String(path[0]);
      return {
        code: "configuration-invalid",
        severity: "blocks",
        where: name,
        what: `${name} ${name in given ? message : "is not set"}.`,
        todo: `Set it to ${valid[name]}.`,
      };
    }),
  );
}
