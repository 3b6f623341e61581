/** What `npm start` can be told, by argument or environment. */
import { parseArgs } from "node:util";
import { Refusal } from "../../lib/findings/finding.ts";

export const USAGE = `Usage: npm start -- [--port N] [--pg-port N] [--scale N] [--databases-only]
  --port N          the console's port (or TENANTRY_PORT; 3000)
  --pg-port N       the embedded PostgreSQL's port (or TENANTRY_PG_PORT; 54329)
  --scale N         how large the demo's tenants are made at the first start (or TENANTRY_DEMO_SCALE; 1)
  --databases-only  the demo's databases without the console, for the command line
Environment: DATABASE_URL takes a server of your own; TENANTRY_VAR another folder than ./var.`;

export interface StartOptions {
  readonly help: boolean;
  /** The console's; null where only the databases are wanted. */
  readonly port: number | null;
  readonly postgresPort: number;
  readonly scale: number;
  readonly databaseUrl?: string;
}

/** Refuses with `usage` and the name of what is wrong. */
export function readOptions(args: readonly string[], environment: NodeJS.ProcessEnv): StartOptions {
  let values: {
    port?: string;
    "pg-port"?: string;
    scale?: string;
    "databases-only"?: boolean;
    help?: boolean;
  };
  try {
    const options = {
      port: { type: "string" },
      "pg-port": { type: "string" },
      "databases-only": { type: "boolean" },
      scale: { type: "string" },
      help: { type: "boolean" },
    } as const;
    values = parseArgs({ args: [...args], options }).values;
  } catch (error) {
    throw usage((error as Error).message);
  }
  return {
    help: values.help ?? false,
    port: values["databases-only"]
      ? null
      : number(values.port, "--port", environment, "TENANTRY_PORT", 3000, [1, 65535]),
    postgresPort: number(
      values["pg-port"],
      "--pg-port",
      environment,
      "TENANTRY_PG_PORT",
      54329,
      [1024, 65535],
    ),
    scale: number(values.scale, "--scale", environment, "TENANTRY_DEMO_SCALE", 1, [0.01, 1000]),
    databaseUrl: environment.DATABASE_URL || undefined,
  };
}

function number(
  argument: string | undefined,
  option: string,
  environment: NodeJS.ProcessEnv,
  variable: string,
  otherwise: number,
  [least, most]: readonly [number, number],
): number {
  const text = argument ?? (environment[variable] || undefined);
  if (text === undefined) return otherwise;
  const value = Number(text);
  const valid = text.trim() !== "" && value >= least && value <= most;
  if (valid && (option === "--scale" || Number.isInteger(value))) return value;
  throw usage(`${argument === undefined ? variable : option} must be a number from ${least} to ${most}.`);
}

function usage(what: string): Refusal {
  return new Refusal({ code: "usage", severity: "blocks", where: "npm start", what, todo: `\n${USAGE}` });
}
