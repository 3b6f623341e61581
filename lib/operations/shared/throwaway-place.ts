/** Where drills restore bundles to: told by the environment, to a worker and to the command line alike. */
import { z } from "zod";
import { Refusal } from "../../findings/finding.ts";
import { byteCount } from "../byte-count.ts";

export interface DrillPlace {
  /** A superuser's URL of a server that holds nothing; null: one is started for each drill. Never logged. */
  readonly server: string | null;
  /** Bytes of shared rows that a drill may copy there. */
  readonly sharedLimit: number;
}

const Environment = z.object({
  TENANTRY_DRILL_SERVER_URL: z.string().refine(isAddress, "is no address of a PostgreSQL server").optional(),
  TENANTRY_DRILL_SHARED_LIMIT: z.string().default("1GiB").transform(byteCount),
});

const VALID: Readonly<Record<string, string>> = {
  TENANTRY_DRILL_SERVER_URL: "postgres://user:password@host:port/postgres, of a server that holds nothing",
  TENANTRY_DRILL_SHARED_LIMIT: "how much of the shared rows a drill may copy, like 1GiB",
};

/** @throws Refusal `configuration-invalid`, which holds no value */
export function readDrillPlace(env: NodeJS.ProcessEnv): DrillPlace {
  const given = Object.fromEntries(
    Object.keys(VALID).flatMap((name) => (env[name] ? [[name, env[name]]] : [])),
  );
  const parsed = Environment.safeParse(given);
  if (parsed.success)
    return {
      server: parsed.data.TENANTRY_DRILL_SERVER_URL ?? null,
      sharedLimit: parsed.data.TENANTRY_DRILL_SHARED_LIMIT,
    };
  throw new Refusal(
    parsed.error.issues.map(({ path, message }) => ({
      code: "configuration-invalid",
      severity: "blocks" as const,
      where: String(path[0]),
      what: `${String(path[0])} ${message}.`,
      todo: `Set it to ${VALID[String(path[0])]}.`,
    })),
  );
}

function isAddress(text: string): boolean {
  const url = URL.canParse(text) ? new URL(text) : null;
  return url !== null && /^postgres(ql)?:$/.test(url.protocol) && url.hostname !== "";
}
