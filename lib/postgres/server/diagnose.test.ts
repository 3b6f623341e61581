import { describe, expect, it } from "vitest";
import { diagnose } from "./diagnose.ts";

/** As PostgreSQL 18 writes it. */
const LOGS: readonly (readonly [string, string])[] = [
  [
    "port-in-use",
    `LOG:  could not bind IPv4 address "127.0.0.1": Address already in use
HINT:  Is another postmaster already running on port 54329? If not, wait a few seconds and retry.
FATAL:  could not create any TCP/IP sockets`,
  ],
  ["no-disk-space", 'FATAL:  could not write lock file "postmaster.pid": No space left on device'],
  [
    "stale-lock",
    `FATAL:  lock file "postmaster.pid" already exists
HINT:  Is another postmaster (PID 4711) running in data directory "/data"?`,
  ],
  ["server-did-not-start", "FATAL:  could not access directory: Permission denied"],
  ["server-did-not-start", ""],
];

describe("diagnose", () => {
  it.each(LOGS)("finds %s in the server's log, in one sentence with something to do", (code, log) => {
    const [finding, ...more] = diagnose("/data", 54329, `2026-01-01 00:00:00 UTC [1] ${log}`).findings;
    expect(more).toEqual([]);
    expect(finding).toMatchObject({ code, severity: "blocks" });
    expect(finding?.what).toMatch(/^[A-Z][^\n]+\.$/);
    expect(finding?.todo).toMatch(/^[A-Z][^\n]+\.$/);
  });

  it("names the process that holds the lock", () => {
    const log = LOGS[2]?.[1] as string;
    expect(diagnose("/data", 54329, log).findings[0]?.what).toContain("4711");
  });
});
