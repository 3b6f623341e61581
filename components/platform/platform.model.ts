/** How a database's health is told, and which findings are of which databases. Pure. */
import type { Finding } from "../../lib/findings/finding.ts";
import type { DatabaseHealth, RoleHealth } from "../../lib/operations/health/database-health.ts";
import type { Tone } from "../ui/status.tsx";

export interface Told {
  readonly tone: Tone;
  readonly word: string;
}

/** Older than this a look says little about now: the worker looks every two minutes. */
const STALE_MS = 15 * 60_000;

/** A database in one word. */
export function healthLook(health: DatabaseHealth | null, healthAt: Date | null, now: number): Told {
  if (health === null || healthAt === null) return { tone: "idle", word: "not looked at yet" };
  if (!health.reachable) return { tone: "bad", word: "not reached" };
  if (health.findings.some(({ severity }) => severity === "blocks")) return { tone: "bad", word: "blocked" };
  if (now - healthAt.getTime() > STALE_MS) return { tone: "warn", word: "last look is old" };
  if (health.findings.some(({ severity }) => severity === "warns")) return { tone: "warn", word: "warns" };
  return { tone: "ok", word: "healthy" };
}

/** What a role may do there, in words. */
export function roleRights(role: RoleHealth | null): readonly string[] {
  if (role === null) return [];
  return [
    ...(role.superuser ? ["superuser"] : []),
    ...(role.bypassRls && !role.superuser ? ["bypasses row security"] : []),
    ...(role.maySetReplicationRole && !role.superuser ? ["may switch triggers off"] : []),
    role.writableTables === 0 ? "reads only" : `writes ${role.writableTables} of ${role.tables} tables`,
  ];
}

export interface FindingGroup {
  /** The databases that all have them; the key of the group too. */
  readonly databases: readonly string[];
  readonly everywhere: boolean;
  readonly findings: readonly Finding[];
}

interface Looked {
  readonly name: string;
  readonly health: Pick<DatabaseHealth, "findings"> | null;
}

/** The same finding in several databases is told once; what is everywhere comes first. */
export function groupFindings(databases: readonly Looked[]): readonly FindingGroup[] {
  const seen = new Map<string, { finding: Finding; names: string[] }>();
  for (const { name, health } of databases) {
    for (const finding of health?.findings ?? []) {
      const identity = JSON.stringify([finding.code, finding.where, finding.what, finding.severity]);
      const entry = seen.get(identity) ?? { finding, names: [] };
      if (!entry.names.includes(name)) entry.names.push(name);
      seen.set(identity, entry);
    }
  }
  const groups = new Map<string, { names: string[]; findings: Finding[] }>();
  for (const { finding, names } of seen.values()) {
    const group = groups.get(names.join("\n")) ?? { names, findings: [] };
    group.findings.push(finding);
    groups.set(names.join("\n"), group);
  }
  return [...groups.values()]
    .map(({ names, findings }) => ({
      databases: names,
      everywhere: names.length === databases.length,
      findings,
    }))
    .toSorted((a, b) => b.databases.length - a.databases.length);
}
