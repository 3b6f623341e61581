import { describe, expect, it } from "vitest";
import type { Finding } from "../../lib/findings/finding.ts";
import type { DatabaseHealth } from "../../lib/operations/health/database-health.ts";
import { groupFindings, healthLook, roleRights } from "./platform.model.ts";

const finding = (severity: Finding["severity"], where = "public.notes"): Finding => ({
  code: "unclassified",
  severity,
  where,
  what: `Nobody said whose ${where} is.`,
  todo: `Add \`${where}: global\`.`,
});
const health = (findings: Finding[], reachable = true) => ({ reachable, findings }) as DatabaseHealth;

describe("a database's health in a word", () => {
  const now = Date.UTC(2026, 0, 2);
  const fresh = new Date(now - 60_000);
  it.each([
    ["not looked at yet", "idle", null, null],
    ["not reached", "bad", health([], false), fresh],
    ["blocked", "bad", health([finding("warns"), finding("blocks")]), fresh],
    ["warns", "warn", health([finding("warns")]), fresh],
    ["healthy", "ok", health([finding("notes")]), fresh],
    ["last look is old", "warn", health([]), new Date(now - 3_600_000)],
  ] as const)("says %s", (word, tone, found, at) => {
    expect(healthLook(found, at, now)).toEqual({ tone, word });
  });
});

describe("a role's rights", () => {
  const role = { name: "r", superuser: false, bypassRls: false, maySetReplicationRole: false, tables: 31 };
  it("are told in words", () => {
    expect(roleRights({ ...role, writableTables: 0 })).toEqual(["reads only"]);
    expect(roleRights({ ...role, bypassRls: true, maySetReplicationRole: true, writableTables: 31 })).toEqual(
      ["bypasses row security", "may switch triggers off", "writes 31 of 31 tables"],
    );
    expect(roleRights({ ...role, superuser: true, bypassRls: true, writableTables: 31 })[0]).toBe(
      "superuser",
    );
    expect(roleRights(null)).toEqual([]);
  });
});

describe("findings of several databases", () => {
  it("are told once, with where they are, those that are everywhere first", () => {
    const groups = groupFindings([
      { name: "eu-1", health: { findings: [finding("warns", "public.a"), finding("blocks", "public.b")] } },
      { name: "us-1", health: { findings: [finding("blocks", "public.b"), finding("warns", "public.c")] } },
      { name: "ap-1", health: null },
    ]);
    expect(groups.map((group) => [group.databases, group.findings.map(({ where }) => where)])).toEqual([
      [["eu-1", "us-1"], ["public.b"]],
      [["eu-1"], ["public.a"]],
      [["us-1"], ["public.c"]],
    ]);
    expect(groups.map(({ everywhere }) => everywhere)).toEqual([false, false, false]);
    expect(groupFindings([{ name: "eu-1", health: { findings: [finding("warns")] } }])[0]).toMatchObject({
      everywhere: true,
    });
  });
});
