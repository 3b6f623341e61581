/** Why a server did not start, read from its log. */
import type { Refusal } from "../../findings/finding.ts";
import { noDiskSpace, portInUse, serverDidNotStart, staleLock } from "./problems.ts";

/**
 * Takes what a server wrote between its start and its end (in English: the supervisor sets LC_MESSAGES). A log of
 * a start holds settings and paths, never a row.
 */
export function diagnose(folder: string, port: number, log: string): Refusal {
  if (log.includes("Address already in use")) return portInUse(port);
  if (log.includes("No space left on device")) return noDiskSpace(folder);
  const locked = /lock file "postmaster.pid" already exists[\s\S]*?\(PID (\d+)\)/.exec(log);
  if (locked !== null) return staleLock(folder, locked[1] as string);
  const fatal = log.split("\n").findLast((line) => /FATAL|PANIC|error while loading/.test(line));
  return serverDidNotStart(folder, (fatal ?? "").replace(/^.*?(FATAL|PANIC):\s*/, ""));
}
